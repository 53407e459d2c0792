// The buses of a gateway 总线参数: baud, parity, pause and patience of each; what is left empty takes
// the default of the line.

import { PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import type { Bus } from '../../../http/contract/collection.ts'
import { type TextKey, useText } from '../../text/i18n.ts'
import styles from './collection.module.css'
import { useFieldProblem } from './field.tsx'

const BUSES_MAX = 16
const NAMES = ['baud', 'parity', 'gapMs', 'replyTimeoutMs'] as const
type Name = (typeof NAMES)[number]

export type BusTyped = { ordinal: number } & Record<Name, string>

const TEXTS: Readonly<Record<Name, TextKey>> = {
  baud: 'bus.baud',
  parity: 'bus.parity',
  gapMs: 'bus.gapMs',
  replyTimeoutMs: 'bus.replyTimeoutMs',
}
const PARITIES = ['even', 'none', 'odd'] as const

const textOf = (settings: Record<string, unknown>, name: Name): string => {
  const value = settings[name]
  return value === undefined || value === null ? '' : String(value)
}

const emptyBus = (ordinal: number): BusTyped => ({
  ordinal,
  baud: '',
  parity: '',
  gapMs: '',
  replyTimeoutMs: '',
})

export const busTyped = (buses: readonly Bus[] | null): BusTyped[] =>
  buses === null || buses.length === 0
    ? [emptyBus(1)]
    : buses.map(({ ordinal, settings }) => ({
        ordinal,
        baud: textOf(settings, 'baud'),
        parity: textOf(settings, 'parity'),
        gapMs: textOf(settings, 'gapMs'),
        replyTimeoutMs: textOf(settings, 'replyTimeoutMs'),
      }))

const entered = (name: Name, text: string): unknown =>
  name !== 'parity' && /^\d{1,9}$/.test(text) ? Number(text) : text

/** What is sent; settings that the form does not show stay as they are. */
export const busesOf = (typed: readonly BusTyped[], before: readonly Bus[]) =>
  typed.map((bus) => {
    const known = before.find(({ ordinal }) => ordinal === bus.ordinal)?.settings ?? {}
    const settings: Record<string, unknown> = { ...known }
    for (const name of NAMES) {
      const text = bus[name].trim()
      if (text === '') delete settings[name]
      else settings[name] = entered(name, text)
    }
    return { ordinal: bus.ordinal, settings }
  })

type BusRowProps = { bus: BusTyped; onBus: (next: BusTyped) => void }

const BusRow = ({ bus, onBus }: BusRowProps) => {
  const { say } = useText()
  return (
    <fieldset className={styles.busRow} style={{ border: 0, margin: 0, paddingInline: 0 }}>
      <span>{say('bus.n', { n: bus.ordinal })}</span>
      {NAMES.map((name) => (
        <label key={name} className={styles.small} htmlFor={`bus-${bus.ordinal}-${name}`}>
          {say(TEXTS[name])}
          {name === 'parity' ? (
            <Select
              id={`bus-${bus.ordinal}-${name}`}
              allowClear
              placeholder={say('bus.standard')}
              value={bus.parity === '' ? null : bus.parity}
              options={PARITIES.map((value) => ({ value, label: say(`parity.${value}`) }))}
              onChange={(value: string | null) => onBus({ ...bus, parity: value ?? '' })}
            />
          ) : (
            <Input
              id={`bus-${bus.ordinal}-${name}`}
              value={bus[name]}
              inputMode="numeric"
              placeholder={say('bus.standard')}
              onChange={(event) => onBus({ ...bus, [name]: event.target.value })}
            />
          )}
        </label>
      ))}
    </fieldset>
  )
}

type BusFieldsProps = {
  buses: readonly BusTyped[]
  error: unknown
  onBuses: (next: readonly BusTyped[]) => void
}

export const BusFields = ({ buses, error, onBuses }: BusFieldsProps) => {
  const { say } = useText()
  const problem = useFieldProblem(error)
  const wrong = problem?.field.startsWith('buses') ? problem : null
  const next = Math.max(0, ...buses.map((bus) => bus.ordinal)) + 1
  return (
    <>
      {buses.map((bus) => (
        <BusRow
          key={bus.ordinal}
          bus={bus}
          onBus={(changed) =>
            onBuses(buses.map((each) => (each.ordinal === bus.ordinal ? changed : each)))
          }
        />
      ))}
      {wrong ? (
        <p role="alert" style={{ color: '#a8071a', margin: '0 0 8px' }}>
          {wrong.field} {wrong.words}
        </p>
      ) : null}
      {next <= BUSES_MAX ? (
        <Button
          size="small"
          icon={<PlusOutlined />}
          style={{ marginBlockEnd: 12 }}
          onClick={() => onBuses([...buses, emptyBus(next)])}
        >
          {say('bus.add')}
        </Button>
      ) : null}
    </>
  )
}
