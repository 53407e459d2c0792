// Gateway offline 通讯管理机失联: nothing behind it can be read, tripped or loaded.

import { defineGatewayRule } from '../rule.ts'

/** A link that redials at once is no alarm … */
const DELAY_MS = 20_000
/** … and one that comes and goes is not cleared each time. */
const STEADY_MS = 15_000

export default defineGatewayRule({
  id: 'gateway-offline',
  severity: 'serious',
  title: { zh: '通讯管理机失联', en: 'Gateway offline' },
  subjectKind: 'gateway',
  delayMs: DELAY_MS,
  decide: ({ enabled, online, since }, open, now) => {
    if (!enabled) return open ? 'clear' : 'keep'
    if (online === null || since === null) return 'keep'
    if (open) return online && now - since >= STEADY_MS ? 'clear' : 'keep'
    return !online && now - since >= DELAY_MS ? 'raise' : 'keep'
  },
  evidence: ({ since, fault }) => ({ since, fault }),
})
