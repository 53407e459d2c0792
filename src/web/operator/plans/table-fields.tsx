// The switches of a day 时段表: a row for each, by keyboard; the band above shows the day they make.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import type { Period } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { replaced, without } from '../../ui/lists.ts'
import { piecesOf } from './bands.ts'
import { DayBand } from './day-band.tsx'
import { Faults, useStatus } from './faults.tsx'
import { newKey, PERIODS, type SwitchDraft } from './plan-draft.ts'
import styles from './plans.module.css'

type SwitchProps = {
  place: string
  n: number
  row: SwitchDraft
  onRow: (row: SwitchDraft) => void
  onRemove: () => void
}

const SwitchRow = ({ place, n, row, onRow, onRemove }: SwitchProps) => {
  const { say } = useText()
  const status = useStatus(place, row.at)
  return (
    <li className={styles.switch}>
      <Input
        aria-label={say('plan.switchAt', { n })}
        aria-invalid={status === 'error'}
        data-place={place}
        value={row.at}
        status={status}
        placeholder="08:30"
        maxLength={5}
        onChange={(event) => onRow({ ...row, at: event.target.value })}
      />
      <Select
        aria-label={say('plan.switchPeriod', { n })}
        value={row.period}
        onChange={(period: Period) => onRow({ ...row, period })}
        options={PERIODS.map((value) => ({ value, label: say(`period.${value}`) }))}
      />
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={say('plan.switchRemove', { n })}
        onClick={onRemove}
      />
    </li>
  )
}

type TableFieldsProps = {
  place: string
  label: string
  table: readonly SwitchDraft[]
  onTable: (table: readonly SwitchDraft[]) => void
  priceOf: (period: Period) => number | null
}

export const TableFields = ({ place, label, table, onTable, priceOf }: TableFieldsProps) => {
  const { say } = useText()
  const add = () => {
    const last = table.at(-1)?.period ?? 'flat'
    onTable([...table, { key: newKey(), at: table.length === 0 ? '00:00' : '', period: last }])
  }
  return (
    <fieldset className={styles.table}>
      <legend>{label}</legend>
      <DayBand label={label} pieces={piecesOf(table, priceOf)} />
      <ol className={styles.switches}>
        {table.map((row, index) => (
          <SwitchRow
            key={row.key}
            place={`${place}.${index}`}
            n={index + 1}
            row={row}
            onRow={(next) => onTable(replaced(table, index, next))}
            onRemove={() => onTable(without(table, index))}
          />
        ))}
        <li>
          <Button icon={<PlusOutlined />} onClick={add}>
            {say('plan.switchAdd')}
          </Button>
        </li>
      </ol>
      <Faults at={place} />
    </fieldset>
  )
}
