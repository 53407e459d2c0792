// A shared month 公摊明细: what was reckoned, and each share with what it was reckoned from.

import { Alert, Typography } from 'antd'
import type { SharingRun } from '../../../http/contract/sharing.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { typedPercent } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { weightText } from './weight.ts'

type Share = SharingRun['shares'][number]

const MILLIONTHS = 1_000_000

type By = SharingRun['sharedBy']

const usedOf = (say: Say): Column<Share> => ({
  key: 'wh',
  title: say('sharing.usedKwh'),
  align: 'right',
  render: (s) => <Energy wh={s.usedWh} unit={false} />,
})

const columnsOf = (say: Say, by: By, allWeights: number): Column<Share>[] => [
  { key: 'p', title: say('sharing.premises'), render: (s) => <Name>{s.premises}</Name> },
  { key: 'no', title: say('sharing.account'), render: (s) => s.accountNo ?? '—' },
  { key: 't', title: say('sharing.tenant'), render: (s) => <Name>{s.tenant ?? '—'}</Name> },
  { key: 'd', title: say('sharing.days'), align: 'right', render: (s) => s.days },
  ...(by === 'energy' ? [] : [usedOf(say)]),
  {
    key: 'weight',
    title: say(`sharing.weight.${by}`),
    align: 'right',
    render: (s) => weightText(by, s.weight),
  },
  {
    key: 'part',
    title: say('sharing.part'),
    align: 'right',
    render: (s) => `${typedPercent(Math.round((s.weight / allWeights) * MILLIONTHS))} %`,
  },
  {
    key: 'fen',
    title: say('sharing.fen'),
    align: 'right',
    render: (s) => <Money fen={s.fen} strong />,
  },
  {
    key: 'by',
    title: say('sharing.bearer'),
    render: (s) => say(`sharing.bearer.${s.landlord ?? 'tenant'}`),
  },
]

/** Together: the whole weight, and the pool to the fen. */
const Total = ({ run, allWeights }: { run: SharingRun; allWeights: number }) => {
  const { say } = useText()
  return (
    <tr>
      <td colSpan={run.sharedBy === 'energy' ? 4 : 5}>{say('sharing.total')}</td>
      <td data-align="right">{weightText(run.sharedBy, allWeights)}</td>
      <td data-align="right">100 %</td>
      <td data-align="right">
        <Money fen={run.poolFen} strong />
      </td>
      <td />
    </tr>
  )
}

export const Shares = ({ run }: { run: SharingRun }) => {
  const { say } = useText()
  const allWeights = run.shares.reduce((sum, share) => sum + share.weight, 0)
  return (
    <div className={layout.stack}>
      {run.exact ? null : <Alert type="warning" showIcon title={say('sharing.inexact')} />}
      <Facts
        rows={[
          [say('sharing.by'), say(`sharing.by.${run.sharedBy}`)],
          [say('sharing.mainKwh'), <Energy key="m" wh={run.mainWh} unit={false} />],
          [say('sharing.shopsKwh'), <Energy key="s" wh={run.shopsWh} unit={false} />],
          [say('sharing.poolKwh'), <Energy key="p" wh={run.poolWh} unit={false} />],
          [say('sharing.price'), <Price key="e" e8={run.priceE8} />],
          [say('sharing.poolYuan'), <Money key="y" fen={run.poolFen} strong />],
          [say('sharing.billedYuan'), <Money key="b" fen={run.billedFen} />],
          [say('sharing.landlordYuan'), <Money key="l" fen={run.landlordFen} />],
        ]}
      />
      <Typography.Text type="secondary">{say('sharing.arithmetic')}</Typography.Text>
      <DataTable<Share>
        label={say('sharing.shares')}
        rows={run.shares}
        rowKey={(share) => `${share.premisesId}/${share.accountId ?? ''}`}
        emptyText={say('sharing.noShares')}
        columns={columnsOf(say, run.sharedBy, allWeights)}
        foot={<Total run={run} allWeights={allWeights} />}
      />
    </div>
  )
}
