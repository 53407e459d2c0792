// The banner of a broken live connection 断线横幅: after ten seconds it says from when the figures are,
// and it goes by itself once the line is back.

import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'
import { useNow } from '../../ui/clock.ts'
import { clockText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { LOST_SHOWN_AFTER_MS, useLive } from '../live/live.ts'

export const LiveBanner = () => {
  const { say } = useText()
  const { lostSince } = useLive()
  const zone = useZone()
  const now = useNow()
  if (lostSince === null || now - lostSince < LOST_SHOWN_AFTER_MS) return null
  return (
    <Alert
      banner
      type="warning"
      role="status"
      title={say('live.lost', { time: clockText(lostSince, zone) })}
    />
  )
}
