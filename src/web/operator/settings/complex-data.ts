// One complex with its default parameters 综合体与默认参数, from the server.

import { useQuery } from '@tanstack/react-query'
import type {
  ComplexChange,
  ComplexDefaults,
  ComplexDetail,
} from '../../../http/contract/registers.ts'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'

const KEY = 'complex'

const detailOf = (complexId: number) => ({
  queryKey: [KEY, complexId],
  queryFn: () => call<ComplexDetail>(`/complexes/${complexId}`),
})

export const useComplexDetail = (complexId: number) => useQuery(detailOf(complexId))

export const useChangeComplex = (complexId: number) =>
  useAct<ComplexChange, ComplexDetail>(`/complexes/${complexId}`, {
    method: 'PATCH',
    renews: [[KEY]],
  })

/** Null for whoever may not see them. */
export const useDefaults = (
  complexId: number,
): { defaults: ComplexDefaults | null; waiting: boolean } => {
  const maySee = useMay('register.view')
  const { data, isLoading } = useQuery({ ...detailOf(complexId), enabled: maySee })
  return { defaults: data?.defaults ?? null, waiting: isLoading }
}
