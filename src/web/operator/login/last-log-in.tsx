// The log-in before this one 上次登录提示: when, from where, and how many were refused since. Told to who
// comes in; refused ones stay until somebody has read them.

import { App } from 'antd'
import { useEffect } from 'react'
import type { Session } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'

const SHOWN_S = 8

const KEY = 'last-log-in'

/** What was told to one person is not for the next. */
export const useForgetLastLogIn = () => {
  const { notification } = App.useApp()
  useEffect(() => notification.destroy(KEY), [notification])
}

export const useTellLastLogIn = () => {
  const { say } = useText()
  const { notification } = App.useApp()
  const anywhere = useZone()
  return ({ lastLogIn, complexes }: Session): void => {
    if (lastLogIn === null) return
    const { at, from, refused } = lastLogIn
    const zone = complexes[0]?.zone ?? anywhere
    const title = say('login.lastTime', { time: timeText(at, zone) ?? '—', from: from ?? '—' })
    notification[refused > 0 ? 'warning' : 'info']({
      key: KEY,
      title,
      description: refused > 0 ? say('login.refusedSince', { n: refused }) : undefined,
      duration: refused > 0 ? 0 : SHOWN_S,
      placement: 'bottomRight',
    })
  }
}
