// Server state 服务端数据: what was fetched, how long it counts as fresh, and which failures are
// asked again. A refusal is an answer and is never repeated; only a missing answer is.

import { QueryClient } from '@tanstack/react-query'
import { NETWORK, problemOf } from '../../ui/problem.tsx'

const RETRIES = 2

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => problemOf(error).code === NETWORK && failures < RETRIES,
    },
    mutations: { retry: false },
  },
})
