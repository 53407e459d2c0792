// The cells of alarms 报警单元: what it is, where, for how long, and who has taken it up.

import { BellOutlined, ClusterOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Alarm } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { timeOf, useNow } from '../../ui/clock.ts'
import layout from '../../ui/layout.module.css'
import { Called, Name } from '../../ui/name.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ageOf } from '../../ui/time-text.ts'
import { useMay } from '../api/session-store.ts'
import { meterOf } from './alarm-data.ts'

const HELD_RULE = 'purchase-count-mismatch'

export const Subject = ({ alarm }: { alarm: Alarm }) => {
  const meterId = meterOf(alarm)
  if (alarm.subjectKind === 'gateway')
    return (
      <Link to="/collection" search={{ gateway: String(alarm.subjectId) }}>
        <Called zh={alarm.subject} en={alarm.subjectEn} />
      </Link>
    )
  if (meterId === null) return <Called zh={alarm.subject} en={alarm.subjectEn} />
  return (
    <Link to="/board" search={{ meter: String(meterId) }}>
      <Called zh={alarm.subject} en={alarm.subjectEn} />
    </Link>
  )
}

/** What the alarm is, for how many it speaks, and the way to whoever can end it. */
export const Title = ({ alarm, onOpen }: { alarm: Alarm; onOpen: () => void }) => {
  const { say, language } = useText()
  const mayView = useMay('sale.view')
  const { rule, clearedAt, covered, escalated, meterId } = alarm
  const held = rule === HELD_RULE && clearedAt === null && meterId !== null
  return (
    <span className={layout.line}>
      <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={onOpen}>
        {alarm.title[language]}
      </Button>
      {covered > 0 ? (
        <Tag tone="plain" icon={<ClusterOutlined aria-hidden />}>
          {say('alarms.covers', { n: covered })}
        </Tag>
      ) : null}
      {escalated > 0 ? (
        <Tag tone="bad" icon={<BellOutlined aria-hidden />}>
          {say('alarms.escalated', { n: escalated })}
        </Tag>
      ) : null}
      {held && mayView ? (
        <Link to="/holds" search={{ meter: String(meterId) }}>
          {say('hold.go')}
        </Link>
      ) : null}
    </span>
  )
}

export const spanText = (say: Say, ms: number): string => {
  const { unit, n } = ageOf(Math.max(0, ms))
  return say(`alarms.span.${unit}`, { n })
}

/** How long it lasted, or has lasted. */
export const Lasting = ({ alarm }: { alarm: Alarm }) => {
  const { say } = useText()
  const now = useNow()
  const from = timeOf(alarm.raisedAt)
  const to = timeOf(alarm.clearedAt) ?? now
  return <span>{from === null ? '—' : spanText(say, to - from)}</span>
}

export const TakenUp = ({ alarm }: { alarm: Alarm }) => {
  const { say } = useText()
  const { acknowledgedAt, acknowledgedBy, clearedAt, shelvedUntil } = alarm
  const now = useNow()
  const until = timeOf(shelvedUntil)
  if (clearedAt === null && until !== null && until > now)
    return (
      <Tag tone="plain">
        {say('alarms.shelvedUntil')} <When at={shelvedUntil} />
      </Tag>
    )
  if (acknowledgedAt === null) return clearedAt === null ? say('alarm.open') : '—'
  return (
    <span className={layout.lines}>
      <Name>{acknowledgedBy}</Name>
      <small>
        <When at={acknowledgedAt} />
      </small>
    </span>
  )
}
