// Suspicious readings 可疑读数 and the decision about one.

import type { Decided, DecideRequest, Suspects } from '../../../http/contract/readings.ts'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

export const listSuspects = (complexId: number, query: Query): Promise<Suspects> =>
  call<Suspects>('/readings/suspects', { query: { complexId, ...query } })

export const useDecide = () =>
  useAct<DecideRequest, Decided>('/readings/decide', {
    renews: [['suspects'], ['readings'], ['meterCollection'], ['meters']],
  })
