// The final price of a month 暂估电价清算: typed or imported beside what was charged by, previewed for
// every account, agreed to and posted.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Form, Input } from 'antd'
import { type ChangeEvent, useState } from 'react'
import type { ProvisionalPrice, ProvisionalPrices } from '../../../http/contract/rerate.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { base64Of, FILE_MAX_BYTES } from '../../ui/file-text.ts'
import layout from '../../ui/layout.module.css'
import { Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { filledWith, finalPrices, isWrong, keyOf, type Typed } from './final-prices.ts'
import { PreviewPast } from './preview-past.tsx'
import { useMonthPriceSheet, useProvisionalPrices } from './rerate-data.ts'

const route = getRouteApi('/shell/month-prices')

type Change = (next: Typed) => void

const columnsOf = (
  { say, language }: { say: Say; language: Language },
  typed: Typed,
  change: Change,
): Column<ProvisionalPrice>[] => [
  {
    key: 'plan',
    title: say('plan.title'),
    render: (item) => <Name>{(language === 'en' && item.planEn) || item.plan}</Name>,
  },
  {
    key: 'period',
    title: say('plan.period'),
    render: ({ period }) => say(`period.${period ?? 'none'}`),
  },
  { key: 'supplies', title: say('plan.supplies'), align: 'right', render: (i) => i.supplies },
  {
    key: 'was',
    title: say('monthPrice.provisional'),
    align: 'right',
    render: ({ priceE8 }) => <Price e8={priceE8} />,
  },
  {
    key: 'final',
    title: say('monthPrice.final'),
    render: (item) => (
      <Input
        aria-label={`${item.plan} ${say(`period.${item.period ?? 'none'}`)}`}
        style={{ width: 130 }}
        inputMode="decimal"
        autoComplete="off"
        status={isWrong(typed, item) ? 'error' : ''}
        aria-invalid={isWrong(typed, item)}
        value={typed[keyOf(item)] ?? ''}
        onChange={({ target }) => change({ ...typed, [keyOf(item)]: target.value })}
      />
    ),
  },
]

const Import = ({ month, onRead }: { month: string; onRead: (typed: Typed) => void }) => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const read = useMonthPriceSheet()
  const [tooLarge, setTooLarge] = useState(false)
  const pick = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    const large = file !== undefined && file.size > FILE_MAX_BYTES
    setTooLarge(large)
    if (!file || large) return
    const sheet = await base64Of(file)
    read.mutate(
      { complexId, month, sheet },
      // All of it or nothing: a period that is left out would keep its provisional price unseen.
      {
        onSuccess: ({ prices, rows, problems }) => {
          if (rows.length + problems.length === 0) onRead(filledWith({}, prices))
        },
      },
    )
  }
  const problems = [
    ...(read.data?.problems ?? []).map(({ title }) => title[language]),
    ...(read.data?.rows ?? []).flatMap(({ row, problems: found }) =>
      found.map(({ fieldName, title }) =>
        [say('monthPrice.row', { n: row }), fieldName?.[language], title[language]]
          .filter(Boolean)
          .join(' '),
      ),
    ),
  ]
  return (
    <>
      <Form.Item label={say('sheet.file')} htmlFor="prices-file" extra={say('monthPrice.columns')}>
        <input id="prices-file" type="file" accept=".xlsx,.csv" onChange={pick} />
      </Form.Item>
      {tooLarge ? <Alert type="error" showIcon title={say('sheet.tooLarge')} /> : null}
      {read.error ? <ProblemAlert error={read.error} /> : null}
      {problems.map((text) => (
        <Alert key={text} type="error" showIcon title={text} />
      ))}
    </>
  )
}

const Prices = ({ found }: { found: ProvisionalPrices }) => {
  const { say, language } = useText()
  const [typed, setTyped] = useState<Typed>({})
  const { month, items } = found
  const prices = finalPrices(items, typed)
  const change =
    prices === null || prices.length === 0 ? null : ({ kind: 'monthPrice', month, prices } as const)
  return (
    <>
      <Card title={say('monthPrice.prices', { month })}>
        <div className={layout.stack}>
          <Import month={month} onRead={(read) => setTyped({ ...typed, ...read })} />
          <DataTable<ProvisionalPrice>
            label={say('monthPrice.title')}
            rows={items}
            rowKey={keyOf}
            emptyText={say('monthPrice.none')}
            columns={columnsOf({ say, language }, typed, setTyped)}
          />
        </div>
      </Card>
      <Card title={say('rerate.preview')}>
        <div className={layout.narrow}>
          <PreviewPast change={change} />
        </div>
      </Card>
    </>
  )
}

export const MonthPricePage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { month = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: found, error, refetch } = useProvisionalPrices(complexId, month)
  return (
    <Page title={say('monthPrice.title')} trail={<Link to="/rerate">{say('nav.rerate')}</Link>}>
      <p>{say('monthPrice.hint')}</p>
      <Form.Item label={say('bill.month')} htmlFor="price-month">
        <Input
          id="price-month"
          type="month"
          style={{ width: 170 }}
          value={month === '' ? (found?.month ?? '') : month}
          onChange={({ target }) => void navigate({ search: { month: target.value } })}
        />
      </Form.Item>
      {error && !found ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!found && !error ? <Loading /> : null}
      {found ? <Prices key={found.month} found={found} /> : null}
    </Page>
  )
}
