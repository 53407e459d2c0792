// The one find box 查找框: shop, meter number, phone, tenant or pinyin initials. A scanned number
// selects at once. Enter here only ever selects; it never sells.

import { SearchOutlined } from '@ant-design/icons'
import { Input, type InputRef } from 'antd'
import { type KeyboardEvent, type Ref, useEffect, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useSettled } from '../../ui/settled.ts'
import { StateTag } from '../../ui/state-tag.tsx'
import { useComplex } from '../complex.tsx'
import { maySelect } from './enter-guard.ts'
import styles from './sale.module.css'
import { exactChoice, useFound } from './sale-data.ts'
import type { Choice } from './sale-flow.ts'

const TYPING_PAUSE_MS = 120

const idOf = ({ meter }: Choice) => `found-${meter.meterId}`

type FoundProps = {
  choices: readonly Choice[]
  marked: number
  onChoose: (choice: Choice) => void
}

const Found = ({ choices, marked, onChoose }: FoundProps) => {
  const { say, language } = useText()
  return (
    <div className={styles.found} id="found" role="listbox" aria-label={say('sale.found')}>
      {choices.map((choice, index) => {
        const { account, meter } = choice
        const shop = (language === 'en' && meter.premisesNameEn) || meter.premisesName
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox chooses by keyboard.
          <div
            key={meter.meterId}
            id={idOf(choice)}
            role="option"
            aria-selected={index === marked}
            tabIndex={-1}
            onClick={() => onChoose(choice)}
          >
            <span>
              <strong>{meter.premises}</strong> <PointKind kind={meter.pointKind} />
            </span>
            <Name className={styles.foundTenant}>
              {shop} {account.tenant}
            </Name>
            <span>{meter.meterNo}</span>
            <span className={styles.foundMoney}>
              <Money fen={meter.balanceFen} unit />
            </span>
            <StateTag state={meter.state} />
          </div>
        )
      })}
    </div>
  )
}

/** What the box holds and which of the found is marked; an Enter may come before the answer. */
const useFindBox = (onChoose: (choice: Choice) => void) => {
  const { complexId } = useComplex()
  const [text, setText] = useState('')
  const [marked, setMarked] = useState(0)
  const [entered, setEntered] = useState(false)
  const wanted = text.trim()
  const found = useFound(complexId, useSettled(wanted, TYPING_PAUSE_MS))
  const current = wanted !== '' && found.data?.text === wanted && !found.isPlaceholderData
  const choices = current ? (found.data?.choices ?? []) : []
  const exact = current ? exactChoice(choices, wanted) : null
  const only = entered && choices.length === 1 ? (choices[0] ?? null) : null
  const chosen = exact ?? only
  useEffect(() => {
    if (!chosen) return
    setText('')
    setEntered(false)
    onChoose(chosen)
  }, [chosen, onChoose])
  const type = (next: string) => {
    setText(next)
    setMarked(0)
    setEntered(false)
  }
  return { text, type, wanted, found, current, choices, marked, setMarked, setEntered }
}

type FindBoxProps = { onChoose: (choice: Choice) => void; ref: Ref<InputRef> }

export const FindBox = ({ onChoose, ref }: FindBoxProps) => {
  const { say } = useText()
  const box = useFindBox(onChoose)
  const { choices, marked, current } = box
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      box.setMarked(Math.max(0, Math.min(choices.length - 1, marked + step)))
    }
    if (event.key !== 'Enter') return
    event.preventDefault()
    const composing = event.nativeEvent.isComposing
    if (!maySelect({ repeat: event.repeat, composing })) return
    const choice = choices[marked]
    if (current && choice) {
      box.type('')
      onChoose(choice)
    } else box.setEntered(true)
  }
  const marker = choices[marked]
  return (
    <div className={styles.find}>
      <Input
        ref={ref}
        size="large"
        autoFocus
        value={box.text}
        onChange={(event) => box.type(event.target.value)}
        onKeyDown={onKey}
        prefix={<SearchOutlined aria-hidden />}
        placeholder={say('sale.findHint')}
        aria-label={say('sale.find')}
        role="combobox"
        aria-expanded={choices.length > 0}
        aria-controls={choices.length > 0 ? 'found' : undefined}
        aria-activedescendant={marker ? idOf(marker) : undefined}
        autoComplete="off"
        data-testid="find"
      />
      {box.found.error ? <ProblemAlert error={box.found.error} /> : null}
      {choices.length > 0 ? <Found choices={choices} marked={marked} onChoose={onChoose} /> : null}
      {current && choices.length === 0 ? (
        <p className={layout.none} role="status">
          {say('sale.foundNone', { text: box.wanted })}
        </p>
      ) : null}
    </div>
  )
}
