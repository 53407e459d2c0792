// Supplies with the plan they have 用电点清单, to be chosen from or to be looked at.

import { Checkbox } from 'antd'
import type { SupplyPlan } from '../../../http/contract/plans.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'

export type Chosen = ReadonlySet<number>

const columnsOf = (
  say: Say,
  chosen: Chosen,
  onToggle: ((supply: SupplyPlan) => void) | null,
): Column<SupplyPlan>[] => [
  ...(onToggle === null
    ? []
    : [
        {
          key: 'choose',
          title: say('assign.choose'),
          render: (supply: SupplyPlan) => (
            <Checkbox
              aria-label={`${supply.premises} ${supply.meterNo ?? ''}`}
              checked={chosen.has(supply.supplyId)}
              onChange={() => onToggle(supply)}
            />
          ),
        },
      ]),
  {
    key: 'premises',
    title: say('sale.shop'),
    render: (s) => (
      <>
        <Name>
          {s.premises} {s.premisesName}
        </Name>{' '}
        <PointKind kind={s.pointKind} />
      </>
    ),
  },
  { key: 'tenant', title: say('receipt.tenant'), render: (s) => <Name>{s.tenant}</Name> },
  { key: 'account', title: say('account.no'), render: (s) => s.accountNo },
  { key: 'meter', title: say('sale.meterNo'), render: (s) => s.meterNo ?? '—' },
  { key: 'mode', title: say('account.mode'), render: (s) => say(`account.mode.${s.mode}`) },
  { key: 'plan', title: say('assign.current'), render: (s) => <Name>{s.plan}</Name> },
  { key: 'since', title: say('assign.since'), render: (s) => <When at={s.since} /> },
  {
    key: 'next',
    title: say('assign.next'),
    render: (s) =>
      s.nextPlan === null ? (
        '—'
      ) : (
        <>
          <Name>{s.nextPlan}</Name> <When at={s.nextFrom} />
        </>
      ),
  },
]

type SuppliesProps = {
  shown: readonly SupplyPlan[] | null
  chosen: Chosen
  onChosen: ((chosen: Chosen) => void) | null
}

export const Supplies = ({ shown, chosen, onChosen }: SuppliesProps) => {
  const { say } = useText()
  const toggle = ({ supplyId }: SupplyPlan) => {
    const next = new Set(chosen)
    if (!next.delete(supplyId)) next.add(supplyId)
    onChosen?.(next)
  }
  return (
    <DataTable<SupplyPlan>
      label={say('assign.supplies')}
      rows={shown}
      rowKey={(supply) => supply.supplyId}
      emptyText={say('assign.none')}
      columns={columnsOf(say, chosen, onChosen ? toggle : null)}
    />
  )
}
