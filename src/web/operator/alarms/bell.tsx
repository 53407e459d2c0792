// The bell in the top bar 报警角标: how many nobody has acknowledged, by severity, on every page; and
// the banner of what was escalated to whoever looks.

import { BellOutlined, MutedOutlined, SoundOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'
import { useAlarmCounts } from './alarm-data.ts'
import styles from './alarms.module.css'
import { SEVERITY_LOOK } from './severity.tsx'
import { useAlarmSound, useSound } from './sound.ts'
import { SEVERITIES } from './sound-choice.ts'

const MAX_SHOWN = 999

const SoundSign = () => {
  const { say } = useText()
  const { sound, waits } = useSound()
  if (sound === 'off') return null
  const text = say(waits ? 'alarms.soundWaits' : 'alarms.soundOn')
  return (
    <span title={text} role="img" aria-label={text}>
      {waits ? <MutedOutlined aria-hidden /> : <SoundOutlined aria-hidden />}
    </span>
  )
}

export const AlarmBell = () => {
  const { say } = useText()
  const counts = useAlarmCounts()
  useAlarmSound(counts)
  if (counts === null) return null
  const some = SEVERITIES.filter((severity) => counts.open[severity] > 0)
  return (
    <Link to="/alarms" className={styles.bell} data-testid="alarm-bell" title={say('alarms.live')}>
      <BellOutlined aria-hidden />
      {some.length === 0 ? <span className={styles.calm}>{say('alarms.calm')}</span> : null}
      {some.map((severity) => {
        const { Icon } = SEVERITY_LOOK[severity]
        const n = counts.open[severity]
        return (
          <span key={severity} className={styles.count} data-severity={severity}>
            <Icon aria-hidden />
            <span aria-hidden>{n > MAX_SHOWN ? `${MAX_SHOWN}+` : n}</span>
            <span className={styles.hidden}>
              {say(`severity.${severity}`)} {n}
            </span>
          </span>
        )
      })}
      <SoundSign />
    </Link>
  )
}

export const EscalatedBanner = () => {
  const { say } = useText()
  const n = useAlarmCounts()?.escalatedToMe ?? 0
  if (n === 0) return null
  return (
    <Alert
      banner
      type="error"
      role="status"
      title={
        <>
          {say('alarms.escalatedToYou', { n })}{' '}
          <Link to="/alarms" search={{ escalated: 'me' }}>
            {say('alarms.look')}
          </Link>
        </>
      }
    />
  )
}
