// Gateway offline 通讯管理机失联: nothing behind it can be read, tripped or loaded.

import { defineGatewayRule } from '../rule.ts'

export default defineGatewayRule({
  id: 'gateway-offline',
  severity: 'serious',
  safety: true,
  title: { zh: '通讯管理机失联', en: 'Gateway offline' },
  subjectKind: 'gateway',
  figures: {
    // A link that redials at once is no alarm …
    delayS: {
      ...{ zh: '持续失联', en: 'Offline for', unit: 'seconds' },
      ...{ value: 20, min: 5, max: 600 },
    },
    // … and one that comes and goes is not cleared each time.
    steadyS: {
      ...{ zh: '恢复后稳定', en: 'Back and steady for', unit: 'seconds' },
      ...{ value: 15, min: 0, max: 3_600 },
    },
  },
  decide: ({ enabled, online, since }, open, now, { delayS, steadyS }) => {
    if (!enabled) return open ? 'clear' : 'keep'
    if (online === null || since === null) return 'keep'
    if (open) return online && now - since >= steadyS * 1_000 ? 'clear' : 'keep'
    return !online && now - since >= delayS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ since, fault }) => ({ since, fault }),
})
