// Suspicious readings 可疑读数 and the decision about one: one request id for each decision, kept until
// the server has answered.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Decided, DecideRequest, Suspects } from '../../../http/contract/readings.ts'
import { NETWORK, problemOf } from '../../ui/problem.tsx'
import { call, newRequestId, type Query } from '../api/client.ts'

export const listSuspects = (complexId: number, query: Query): Promise<Suspects> =>
  call<Suspects>('/readings/suspects', { query: { complexId, ...query } })

export const useDecide = () => {
  const client = useQueryClient()
  const requestId = useRef(newRequestId())
  return useMutation({
    mutationFn: (body: DecideRequest) =>
      call<Decided>('/readings/decide', { method: 'POST', requestId: requestId.current, body }),
    onSuccess: () => {
      for (const key of ['suspects', 'readings', 'meterCollection', 'meters'])
        void client.invalidateQueries({ queryKey: [key] })
    },
    onError: (error) => {
      if (problemOf(error).code !== NETWORK) requestId.current = newRequestId()
    },
  })
}
