// Giving a plan to many supplies at once 批量指派: chosen by filter or by a list, tried, then done from
// a day on.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { SupplyPlan } from '../../../http/contract/plans.ts'
import { type Say, useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { ordered } from '../../ui/lists.ts'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { type Filter, SearchForm } from '../../ui/search-form.tsx'
import { useMay } from '../api/session-store.ts'
import { useBoardSnapshot, useOverview } from '../board/board-data.ts'
import { floorName } from '../board/building.ts'
import { useComplex } from '../complex.tsx'
import { boardStore } from '../live/live.ts'
import { AssignForm } from './assign-form.tsx'
import { PasteList } from './paste-list.tsx'
import { useSupplyPlans } from './plan-data.ts'
import { usePlanFilter } from './plan-name.ts'
import { type Chosen, Supplies } from './supplies-table.tsx'
import { distinct, supplyFilter } from './supply-filter.ts'

const route = getRouteApi('/shell/plans/assign')

const floorOf = ({ meterId }: SupplyPlan): number | null =>
  meterId === null ? null : (boardStore.item(meterId)?.floor ?? null)

const filtersOf = (
  supplies: readonly SupplyPlan[],
  plans: readonly { value: string; label: string }[],
  say: Say,
): Filter[] => {
  const floors = distinct(supplies.map(floorOf)).filter((floor) => floor !== null)
  return [
    {
      key: 'current',
      label: say('assign.current'),
      options: plans,
    },
    {
      key: 'building',
      label: say('assign.building'),
      options: distinct(supplies.map(({ building }) => building)).map((value) => ({
        value,
        label: value === '' ? '—' : value,
      })),
    },
    {
      key: 'floor',
      label: say('assign.floor'),
      options: ordered(floors, (a, b) => a - b).map((floor) => ({
        value: String(floor),
        label: floorName(floor, say),
      })),
    },
    { key: 'search', label: say('assign.search') },
  ]
}

type ChoosingProps = {
  supplies: readonly SupplyPlan[]
  shown: readonly SupplyPlan[]
  picked: number
  /** More of them. */
  onChosen: (supplyIds: Iterable<number>) => void
  onClear: () => void
}

/** Many at once: by a pasted list, or all that the filters show. */
const Choosing = ({ supplies, shown, picked, onChosen, onClear }: ChoosingProps) => {
  const { say } = useText()
  return (
    <>
      <PasteList supplies={supplies} onNamed={onChosen} />
      <div className={layout.line} aria-live="polite">
        <strong>{say('assign.chosen', { n: picked })}</strong>
        <Button
          disabled={shown.length === 0}
          onClick={() => onChosen(shown.map(({ supplyId }) => supplyId))}
        >
          {say('assign.all', { n: shown.length })}
        </Button>
        <Button disabled={picked === 0} onClick={onClear}>
          {say('assign.clear')}
        </Button>
      </div>
    </>
  )
}

export const AssignPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayAssign = useMay('plan.assign')
  useBoardSnapshot(complexId)
  // Floors come with the board: the page is drawn again once it is there.
  useOverview()
  const plans = usePlanFilter(complexId)
  const { data: supplies, error, refetch } = useSupplyPlans(complexId, {})
  const [chosen, setChosen] = useState<Chosen>(new Set())
  const shown = supplies?.filter(supplyFilter(search, floorOf))
  const picked = supplies?.filter(({ supplyId }) => chosen.has(supplyId)) ?? []
  return (
    <Page title={say('plan.assign')} trail={<Link to="/plans">{say('nav.plans')}</Link>}>
      {error && !supplies ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <Card>
        <div className={layout.stack}>
          <SearchForm
            filters={filtersOf(supplies ?? [], plans, say)}
            search={search}
            onSearch={({ current, building, floor, search: text }) =>
              void navigate({
                search: { plan: search.plan, current, building, floor, search: text },
              })
            }
          />
          {mayAssign ? (
            <Choosing
              supplies={supplies ?? []}
              shown={shown ?? []}
              picked={picked.length}
              onChosen={(named) => setChosen(new Set([...chosen, ...named]))}
              onClear={() => setChosen(new Set())}
            />
          ) : null}
          <Supplies
            shown={shown ?? (error ? [] : null)}
            chosen={chosen}
            onChosen={mayAssign ? setChosen : null}
          />
        </div>
      </Card>
      {mayAssign ? (
        <AssignForm supplies={picked} firstPlan={search.plan} onDone={() => setChosen(new Set())} />
      ) : null}
    </Page>
  )
}
