// The end of an idle session 即将退出, told a minute before it comes: what is being typed must not be
// lost to a clock. Whoever types without asking the server anything is kept in silently.

import { Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { every, serverNow } from '../../ui/clock.ts'
import { inputSince, lastAwake } from '../api/presence.ts'
import { renewSession } from '../api/session.ts'
import { useSessionState } from '../api/session-store.ts'

const SECOND_MS = 1_000
const WARNED_MS = 60_000
/** The server notes that somebody was here at most once in so long: it may know of less than we. */
const NOTED_EVERY_MS = 60_000

const leftMs = (idleMinutes: number): number =>
  lastAwake() + idleMinutes * 60_000 - NOTED_EVERY_MS - serverNow()

/** Seconds that are left; null while there are many. */
const useIdleEnd = (idleMinutes: number | null, lapsed: boolean): number | null => {
  const [seconds, setSeconds] = useState<number | null>(null)
  useEffect(() => {
    if (idleMinutes === null || lapsed) {
      setSeconds(null)
      return
    }
    let over = false
    return every(SECOND_MS, () => {
      const left = leftMs(idleMinutes)
      if (left <= 2 * WARNED_MS && left > 0 && inputSince(lastAwake())) void renewSession()
      if (left > 0) over = false
      // What the server says of it opens the log-in dialog, and what was typed stays.
      if (left < -NOTED_EVERY_MS && !over) {
        over = true
        void renewSession({ background: true })
      }
      setSeconds(left > WARNED_MS ? null : Math.max(0, Math.ceil(left / SECOND_MS)))
    })
  }, [idleMinutes, lapsed])
  return seconds
}

export const IdleWarning = () => {
  const { say } = useText()
  const { session, lapsed } = useSessionState()
  const seconds = useIdleEnd(session?.idleMinutes ?? null, lapsed)
  return (
    <Modal
      open={seconds !== null && !lapsed}
      title={say('idle.title')}
      okText={say('idle.stay')}
      onOk={() => void renewSession()}
      onCancel={() => void renewSession()}
      cancelButtonProps={{ hidden: true }}
      mask={{ closable: false }}
      width={380}
      zIndex={1_100}
      destroyOnHidden
    >
      <p role="timer">{say('idle.text', { n: seconds ?? 0 })}</p>
    </Modal>
  )
}
