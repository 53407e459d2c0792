// The switches of a day 时段表: a row for each, by keyboard, from another table or as text; the band
// above shows the day they make.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Period } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { ordered, replaced, without } from '../../ui/lists.ts'
import { piecesOf } from './bands.ts'
import { DayBand } from './day-band.tsx'
import { DayTextField } from './day-text-field.tsx'
import { Faults, useStatus } from './faults.tsx'
import { copied, minuteOf, newKey, PERIODS, type SwitchDraft } from './plan-draft.ts'
import styles from './plans.module.css'

/** What is done to a row, by its index. */
type RowActs = {
  onRow: (index: number, row: SwitchDraft) => void
  onRemove: (index: number) => void
  /** Enter in the time: on to the next one, or to a new one. */
  onNext: (index: number) => void
}

/** The same from one drawing to the next, so that rows nothing happened to are not drawn again. */
const useSteady = (acts: RowActs): RowActs => {
  const latest = useRef(acts)
  useLayoutEffect(() => {
    latest.current = acts
  })
  const [steady] = useState<RowActs>(() => ({
    onRow: (index, row) => latest.current.onRow(index, row),
    onRemove: (index) => latest.current.onRemove(index),
    onNext: (index) => latest.current.onNext(index),
  }))
  return steady
}

type SwitchProps = { place: string; index: number; row: SwitchDraft; acts: RowActs }

/** A day has up to fifty of them, and every key pressed anywhere draws the form. */
const SwitchFields = memo((props: SwitchProps & { status: 'error' | '' }) => {
  const { place, index, row, acts, status } = props
  const { say } = useText()
  const n = index + 1
  return (
    <>
      <Input
        aria-label={say('plan.switchAt', { n })}
        aria-invalid={status === 'error'}
        data-place={place}
        value={row.at}
        status={status}
        placeholder="08:30"
        maxLength={5}
        onChange={(event) => acts.onRow(index, { ...row, at: event.target.value })}
        onPressEnter={() => acts.onNext(index)}
      />
      <Select
        aria-label={say('plan.switchPeriod', { n })}
        value={row.period}
        onChange={(period: Period) => acts.onRow(index, { ...row, period })}
        options={PERIODS.map((value) => ({ value, label: say(`period.${value}`) }))}
      />
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={say('plan.switchRemove', { n })}
        onClick={() => acts.onRemove(index)}
      />
    </>
  )
})

const SwitchRow = (props: SwitchProps) => {
  const status = useStatus(props.place, props.row.at)
  return (
    <li className={styles.switch}>
      <SwitchFields {...props} status={status} />
    </li>
  )
}

/** A table that another one can be copied from; `place` as in the definition. */
export type NamedTable = { place: string; name: string; table: readonly SwitchDraft[] }

type TableFieldsProps = {
  place: string
  label: string
  table: readonly SwitchDraft[]
  onTable: (table: readonly SwitchDraft[]) => void
  priceOf: (period: Period) => number | null
  tables: readonly NamedTable[]
}

const minuteKey = ({ at }: SwitchDraft): number => minuteOf(at) ?? Number.POSITIVE_INFINITY

const isOutOfOrder = (table: readonly SwitchDraft[]): boolean =>
  table.some((row, index) => {
    const before = table[index - 1]
    return before !== undefined && minuteKey(before) > minuteKey(row)
  })

type ToolsProps = Pick<TableFieldsProps, 'place' | 'label' | 'table' | 'onTable' | 'tables'> & {
  onText: () => void
}

/** The quick ways to a table: from another one, as text, put in order. */
const Tools = ({ place, label, table, onTable, tables, onText }: ToolsProps) => {
  const { say } = useText()
  const others = tables.filter((other) => other.place !== place)
  return (
    <div className={layout.line}>
      {others.length === 0 ? null : (
        <Select
          aria-label={`${label} ${say('plan.copyFrom')}`}
          style={{ minWidth: 190 }}
          placeholder={say('plan.copyFrom')}
          value={null}
          onChange={(from) => {
            const other = others.find((one) => one.place === from)
            if (other) onTable(copied(other.table))
          }}
          options={others.map((other) => ({ value: other.place, label: other.name }))}
        />
      )}
      <Button onClick={onText}>{say('plan.asText')}</Button>
      {isOutOfOrder(table) ? (
        <Button onClick={() => onTable(ordered(table, (a, b) => minuteKey(a) - minuteKey(b)))}>
          {say('plan.putInOrder')}
        </Button>
      ) : null}
    </div>
  )
}

const focusRow = (rows: HTMLOListElement | null, index: number) =>
  rows?.querySelectorAll('li').item(index)?.querySelector('input')?.focus()

/** Moves to the time of a row, also of one that is not drawn yet. */
const useRowFocus = (table: readonly SwitchDraft[]) => {
  const rows = useRef<HTMLOListElement>(null)
  const wanted = useRef<number | null>(null)
  useEffect(() => {
    const index = wanted.current
    wanted.current = null
    if (index !== null && index < table.length) focusRow(rows.current, index)
  }, [table])
  return {
    rows,
    focus: (index: number) => focusRow(rows.current, index),
    focusWhenDrawn: (index: number) => {
      wanted.current = index
    },
  }
}

export const TableFields = (props: TableFieldsProps) => {
  const { place, label, table, onTable, priceOf } = props
  const { say } = useText()
  const [asText, setAsText] = useState(false)
  const { rows, focus, focusWhenDrawn } = useRowFocus(table)
  const add = () => {
    const last = table.at(-1)?.period ?? 'flat'
    focusWhenDrawn(table.length)
    onTable([...table, { key: newKey(), at: table.length === 0 ? '00:00' : '', period: last }])
  }
  const acts = useSteady({
    onRow: (index, next) => onTable(replaced(table, index, next)),
    onRemove: (index) => onTable(without(table, index)),
    onNext: (index) => (index === table.length - 1 ? add() : focus(index + 1)),
  })
  return (
    <fieldset className={styles.table}>
      <legend>{label}</legend>
      <DayBand label={label} pieces={piecesOf(table, priceOf)} />
      <ol className={styles.switches} ref={rows}>
        {table.map((row, index) => (
          <SwitchRow
            key={row.key}
            place={`${place}.${index}`}
            index={index}
            row={row}
            acts={acts}
          />
        ))}
        <li>
          <Button icon={<PlusOutlined />} onClick={add}>
            {say('plan.switchAdd')}
          </Button>
        </li>
      </ol>
      {asText ? (
        <DayTextField
          label={label}
          table={table}
          onTable={onTable}
          onClose={() => setAsText(false)}
        />
      ) : (
        <Tools {...props} onText={() => setAsText(true)} />
      )}
      <Faults at={place} />
    </fieldset>
  )
}
