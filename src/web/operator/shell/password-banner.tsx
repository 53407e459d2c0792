// The banner of a password that soon runs out 密码即将到期, from two weeks before.

import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'
import { timeOf, useOfNow } from '../../ui/clock.ts'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { useSessionState } from '../api/session-store.ts'

const WARNED_MS = 14 * 86_400_000
const DAY_LENGTH = 'YYYY-MM-DD'.length

export const PasswordBanner = () => {
  const { say } = useText()
  const zone = useZone()
  const { session } = useSessionState()
  const until = session?.operator.passwordUntil ?? null
  const at = timeOf(until)
  const soon = useOfNow((nowMs) => at !== null && at - nowMs < WARNED_MS)
  if (!soon) return null
  const day = timeText(until, zone)?.slice(0, DAY_LENGTH) ?? ''
  return (
    <Alert
      banner
      type="warning"
      role="status"
      title={say('login.expiresSoon', { day })}
      action={<Link to="/me">{say('login.changeNow')}</Link>}
    />
  )
}
