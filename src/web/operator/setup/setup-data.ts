// How far the first set-up has come 首次设置进度: told by what there is, so it can be left and taken up
// again by anybody.

import { useQuery } from '@tanstack/react-query'
import type { MeterList } from '../../../http/contract/collection.ts'
import { call } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'
import { useGateways } from '../collection/collection-data.ts'
import { useOperators } from '../operators/operator-data.ts'
import { usePlaceBuildings } from '../places/place-data.ts'
import { useAllPlans } from '../plans/plan-data.ts'
import type { Progress } from './steps.ts'

const known = (rows: readonly unknown[] | undefined): number | null => rows?.length ?? null

/** Null until it is known. */
export const useProgress = (complexId: number): Progress | null => {
  const maySeeOperators = useMay('operator.view')
  const buildings = usePlaceBuildings(complexId)
  const gateways = useGateways(complexId)
  const plans = useAllPlans(complexId)
  const meters = useQuery({
    queryKey: ['meters', complexId, 'count'],
    queryFn: () => call<MeterList>('/meters', { query: { complexId, limit: 1 } }),
  })
  const operators = useOperators(maySeeOperators)
  const waiting = [buildings, gateways, plans, meters].some(({ isPending }) => isPending)
  if (waiting || (maySeeOperators && operators.isPending)) return null
  return {
    buildings: known(buildings.data),
    gateways: known(gateways.data?.items),
    meters: meters.data?.total ?? null,
    plans: known(plans.data?.items),
    operators: known(operators.data?.items),
  }
}
