// Suspicious readings 可疑读数 and the decision about one. Deciding twice the same changes nothing: the
// newest decision holds.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Decided, DecideRequest, Suspects } from '../../../http/contract/readings.ts'
import { call, type Query } from '../api/client.ts'

export const listSuspects = (complexId: number, query: Query): Promise<Suspects> =>
  call<Suspects>('/readings/suspects', { query: { complexId, ...query } })

export const useDecide = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: DecideRequest) =>
      call<Decided>('/readings/decide', { method: 'POST', body }),
    onSuccess: () => {
      for (const key of ['suspects', 'readings', 'meterCollection', 'meters'])
        void client.invalidateQueries({ queryKey: [key] })
    },
  })
}
