// Figures that are read once a month 月度计量: maximum demand and reactive energy of supplies whose
// plan asks for them; what is not entered is not charged, and says so.

import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import type { MonthFigure, MonthFigures } from '../../../http/contract/month-figures.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import {
  changedItem,
  readFigure,
  type TypedFigure,
  typedOf,
  useMonthFigures,
  useSaveFigures,
} from './figure-data.ts'

const route = getRouteApi('/shell/month-figures')

type FigureFieldProps = {
  label: string
  text: string
  /** Null: it is only looked at. */
  onText: ((text: string) => void) | null
}

const FigureField = ({ label, text, onText }: FigureFieldProps) => {
  const { say } = useText()
  const wrong = !readFigure(text).ok
  return (
    <span className={layout.lines}>
      <Input
        aria-label={label}
        aria-invalid={wrong}
        status={wrong ? 'error' : ''}
        style={{ width: 130 }}
        inputMode="decimal"
        autoComplete="off"
        disabled={onText === null}
        value={text}
        onChange={(event) => onText?.(event.target.value)}
      />
      {wrong ? <small role="alert">{say('figures.wrong')}</small> : null}
    </span>
  )
}

const nameOf = ({ premises, premisesName }: MonthFigure): string => `${premises} ${premisesName}`

type Edit = {
  typed: (figure: MonthFigure) => TypedFigure
  onTyped: ((figure: MonthFigure, now: TypedFigure) => void) | null
}

const columnsOf = (say: Say, { typed, onTyped }: Edit): Column<MonthFigure>[] => {
  const field = (figure: MonthFigure, key: keyof TypedFigure, label: string) => (
    <FigureField
      label={`${nameOf(figure)} ${label}`}
      text={typed(figure)[key]}
      onText={onTyped ? (text) => onTyped(figure, { ...typed(figure), [key]: text }) : null}
    />
  )
  return [
    { key: 'premises', title: say('sale.shop'), render: (f) => <Name>{nameOf(f)}</Name> },
    { key: 'tenant', title: say('receipt.tenant'), render: (f) => <Name>{f.tenant}</Name> },
    { key: 'meter', title: say('sale.meterNo'), render: (f) => f.meterNo ?? '—' },
    {
      key: 'plan',
      title: say('plan.title'),
      render: (f) => (
        <>
          <Name>{f.plan}</Name>{' '}
          {f.wantsCapacity ? <Tag tone="bad">{say('figures.noCapacity')}</Tag> : null}
        </>
      ),
    },
    {
      key: 'demand',
      title: say('figures.demandKw'),
      render: (f) => (f.wantsMaxDemand ? field(f, 'maxDemand', say('figures.demandKw')) : '—'),
    },
    {
      key: 'reactive',
      title: say('figures.reactiveKvarh'),
      render: (f) => (f.wantsReactive ? field(f, 'reactive', say('figures.reactiveKvarh')) : '—'),
    },
    {
      key: 'saved',
      title: say('plan.saved'),
      render: (f) => (
        <span className={layout.lines}>
          <When at={f.savedAt} />
          <small>
            <Name>{f.savedBy ?? ''}</Name> <Name>{f.note}</Name>
          </small>
        </span>
      ),
    },
  ]
}

/** How many of the figures that are asked for have not been entered. */
const missingIn = (items: readonly MonthFigure[]): number =>
  items.filter(
    (f) =>
      (f.wantsMaxDemand && f.maxDemandW === null) ||
      (f.wantsReactive && f.reactiveVarh === null) ||
      f.wantsCapacity,
  ).length

const Editable = ({ figures }: { figures: MonthFigures }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const mayEdit = useMay('plan.edit')
  const [edited, setEdited] = useState<ReadonlyMap<number, TypedFigure>>(new Map())
  const [note, setNote] = useState('')
  const save = useSaveFigures()
  const { month, items } = figures
  const typed = (figure: MonthFigure) => edited.get(figure.supplyId) ?? typedOf(figure)
  const read = items.map((figure) => changedItem(figure, typed(figure)))
  const changed = read.filter((item) => item !== null && item !== 'same')
  const ready = changed.length > 0 && !read.includes(null)
  const missing = missingIn(items)
  const run = () => {
    const why = note.trim()
    const body = { complexId, month, items: changed, ...(why === '' ? {} : { note: why }) }
    if (ready && !save.isPending) save.mutate(body, { onSuccess: () => setEdited(new Map()) })
  }
  return (
    <Card title={say('figures.of', { month })}>
      <div className={layout.stack}>
        {missing === 0 ? null : (
          <Alert type="warning" showIcon title={say('figures.missing', { n: missing })} />
        )}
        <DataTable<MonthFigure>
          label={say('figures.title')}
          rows={items}
          rowKey={(figure) => figure.supplyId}
          emptyText={say('figures.none')}
          columns={columnsOf(say, {
            typed,
            onTyped: mayEdit
              ? (figure, now) => setEdited(new Map(edited).set(figure.supplyId, now))
              : null,
          })}
        />
        {mayEdit && items.length > 0 ? (
          <div className={layout.narrow}>
            <ActForm>
              <TextField
                id="figures-note"
                label={say('plan.note')}
                text={note}
                onText={setNote}
                maxLength={500}
              />
              <Button type="primary" disabled={!ready} loading={save.isPending} onClick={run}>
                {say('figures.save', { n: changed.length })}
              </Button>
            </ActForm>
          </div>
        ) : null}
        {save.error ? <ProblemAlert error={save.error} /> : null}
      </div>
    </Card>
  )
}

export const FiguresPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { month } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useMonthFigures(complexId, month)
  return (
    <Page
      title={say('figures.title')}
      tools={
        <span className={layout.tools}>
          <label htmlFor="figures-month">{say('bill.month')}</label>
          <PeriodInput
            id="figures-month"
            kind="month"
            value={month ?? data?.month ?? ''}
            onValue={(chosen) => void navigate({ search: { month: chosen } })}
          />
        </span>
      }
    >
      {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? <Editable key={data.month} figures={data} /> : null}
    </Page>
  )
}
