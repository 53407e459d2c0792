// The lines of a bill 账单明细: use × price, before and after rounding; what is estimated says so.

import { Link } from '@tanstack/react-router'
import type { Bill, BillLine } from '../../../http/contract/bills.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { exactKwhText, kwText, priceText, typedPercent, yuanText } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Tag } from '../../ui/tag.tsx'

type BasisValue = string | null

/** The figures a fee was reckoned from, in words; null where one is missing. */
const basisText = (line: BillLine, say: Say): BasisValue => {
  const { basis } = line
  const has = (...keys: string[]) => keys.every((key) => basis[key] !== undefined)
  const at = (key: string) => basis[key] ?? 0
  if (has('rateE6', 'baseFen')) {
    const share = { share: typedPercent(at('rateE6')), base: yuanText(at('baseFen')) }
    if (!has('factor', 'standard')) return say('bill.basis.share', share)
    // Both are hundredths, as fen are.
    const [factor, standard] = [yuanText(at('factor')), yuanText(at('standard'))]
    return say('bill.basis.factor', { ...share, factor, standard })
  }
  if (has('addE8', 'energyWh'))
    return say('bill.basis.perKwh', {
      price: priceText(at('addE8')),
      kwh: exactKwhText(at('energyWh')),
    })
  if (has('maxDemandW', 'perKwE8'))
    return say('bill.basis.demand', {
      kw: kwText(at('maxDemandW')),
      price: priceText(at('perKwE8')),
    })
  if (has('capacityVa', 'perKvaE8'))
    return say('bill.basis.capacity', {
      kva: kwText(at('capacityVa')),
      price: priceText(at('perKvaE8')),
    })
  if (has('minimumFen', 'reachedFen'))
    return say('bill.basis.minimum', {
      minimum: yuanText(at('minimumFen')),
      reached: yuanText(at('reachedFen')),
    })
  return null
}

const daysText = ({ basis }: BillLine, say: Say): string =>
  basis.days === undefined || basis.ofDays === undefined || basis.days === basis.ofDays
    ? ''
    : say('bill.basis.days', { days: basis.days, of: basis.ofDays })

const Reckoning = ({ line }: { line: BillLine }) => {
  const { say } = useText()
  const { energyWh, priceE8, exactYuan } = line
  if (energyWh !== null && priceE8 !== null && exactYuan !== null) {
    return (
      <span>
        <Energy wh={energyWh} exact /> × <Price e8={priceE8} /> = {exactYuan}
      </span>
    )
  }
  return (
    <span>
      {[basisText(line, say), exactYuan].filter(Boolean).join(' = ') || '—'} {daysText(line, say)}
    </span>
  )
}

/** With tiers, above which use of the month or the year this one begins. */
const Tier = ({ line: { tier, tierCounts, tierAboveWh } }: { line: BillLine }) => {
  const { say } = useText()
  if (tier === null) return '—'
  return (
    <span className={layout.lines}>
      <span>{tier}</span>
      {tierCounts === null || tierAboveWh === null ? null : (
        <small>{say(`bill.tierAbove.${tierCounts}`, { kwh: exactKwhText(tierAboveWh) })}</small>
      )}
    </span>
  )
}

const How = ({ line }: { line: BillLine }) => {
  const { say } = useText()
  return (
    <span className={layout.lines}>
      {line.by.map((by) => say(`bill.by.${by}`)).join(', ')}
      {line.estimatedWh === 0 ? null : (
        <Tag tone="warn">{say('bill.estimated', { kwh: exactKwhText(line.estimatedWh) })}</Tag>
      )}
    </span>
  )
}

const columnsOf = (say: Say, language: Language): Column<BillLine>[] => [
  { key: 'kind', title: say('bill.kind'), render: (line) => say(`bill.kind.${line.kind}`) },
  {
    key: 'plan',
    title: say('plan.title'),
    render: (line) => (
      <span className={layout.lines}>
        <Link
          to="/plans/$planId/notice"
          params={{ planId: String(line.planId) }}
          search={{ version: String(line.planVersion) }}
        >
          <Name>{(language === 'en' && line.planEn) || line.plan}</Name>
        </Link>
        <small>{say('plan.versionNo', { n: line.planVersion })}</small>
        {line.effectiveFrom === null ? null : (
          <small>
            {say('bill.versionFrom')} <When at={line.effectiveFrom} />
          </small>
        )}
      </span>
    ),
  },
  {
    key: 'period',
    title: say('plan.period'),
    render: ({ kind, period }) =>
      period === null ? (kind === 'energy' ? say('period.none') : '—') : say(`period.${period}`),
  },
  { key: 'tier', title: say('plan.tier'), render: (line) => <Tier line={line} /> },
  { key: 'reckoning', title: say('bill.reckoning'), render: (line) => <Reckoning line={line} /> },
  {
    key: 'amount',
    title: say('bill.amountYuan'),
    align: 'right',
    render: ({ amountFen }) => <Money fen={amountFen} />,
  },
  {
    key: 'between',
    title: say('bill.between'),
    render: ({ from, until }) =>
      from === null ? (
        '—'
      ) : (
        <span className={layout.lines}>
          <When at={from} />
          <When at={until} />
        </span>
      ),
  },
  { key: 'how', title: say('bill.how'), render: (line) => <How line={line} /> },
]

const Lines = ({ bill }: { bill: Bill }) => {
  const { say, language } = useText()
  return (
    <DataTable<BillLine>
      label={say('bill.lines')}
      rows={bill.lines}
      rowKey={(line) =>
        [line.kind, line.planId, line.planVersion, line.period, line.tier, line.from].join('/')
      }
      emptyText={say('bill.noLines')}
      columns={columnsOf(say, language)}
      foot={
        <tr>
          <td colSpan={5}>{say('ledger.total')}</td>
          <td data-align="right" data-testid="bill-total">
            <Money fen={bill.dueFen} strong />
          </td>
          <td colSpan={2} />
        </tr>
      }
    />
  )
}

export const BillLines = ({ bill }: { bill: Bill }) => {
  const { say } = useText()
  return (
    <div className={layout.stack}>
      <Lines bill={bill} />
      {bill.lines.length === 0 ? null : <p className={layout.lead}>{say('bill.rule')}</p>}
    </div>
  )
}
