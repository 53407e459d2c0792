// Before and after 变更前后, side by side: what was is struck out; what we have words for is in words.

import { hasText, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { exactKwhText, yuanText } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { msText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { differenceOf, factOf, momentIn } from './difference.ts'
import styles from './operators.module.css'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const BOOLEANS: Record<string, string> = { true: 'word.yes', false: 'word.no' }

/** Facts whose value is one of our own words, with the text that may hold it. */
const WORD_OF: Record<string, (value: string) => string> = {
  relay: (value) => `relay.${value}`,
  mode: (value) => `mode.${value}`,
  method: (value) => `method.${value}`,
  owner: (value) => `owner.${value}`,
}

const Moment = ({ ms }: { ms: number }) => {
  const zone = useZone()
  return <span>{msText(ms, zone)}</span>
}

/** A code of ours and words, or words alone. */
const ReasonKept = ({ text }: { text: string }) => {
  const { say } = useText()
  const [code = '', ...words] = text.split(': ')
  const key = `modeReason.${code}`
  if (!hasText(key)) return <Name>{text}</Name>
  return (
    <>
      {code === 'other' ? null : say(key)} <Name>{words.join(': ')}</Name>
    </>
  )
}

const Value = ({ name, text }: { name: string; text: string }) => {
  const { say } = useText()
  if (name.endsWith('Fen') && /^-?\d+$/.test(text)) return `¥ ${yuanText(Number(text))}`
  if (name.endsWith('Wh') && /^\d+$/.test(text)) return `${exactKwhText(Number(text))} kWh`
  if (name.endsWith('overloadW')) return `${text} W`
  if (TIME.test(text)) return <When at={text} />
  const ms = momentIn(name, text)
  if (ms !== null) return <Moment ms={ms} />
  if (name === 'reason') return <ReasonKept text={text} />
  const key = BOOLEANS[text] ?? WORD_OF[name]?.(text) ?? ''
  return hasText(key) ? say(key) : <Name>{text}</Name>
}

const Label = ({ name }: { name: string }) => {
  const { say } = useText()
  const { meterNo, own } = factOf(name)
  const key = `fact.${own}`
  const word = hasText(key) ? say(key) : <Name>{own}</Name>
  return meterNo === null ? (
    word
  ) : (
    <>
      <Name>{meterNo}</Name> {word}
    </>
  )
}

export const AuditDifference = ({ before, after }: { before: unknown; after: unknown }) => {
  const rows = differenceOf(before, after)
  if (rows.length === 0) return '—'
  return (
    <ul className={styles.diff}>
      {rows.map(({ key, before: was, after: is }) => (
        <li key={key}>
          <Label name={key} />:{' '}
          {was === null ? null : (
            <del>
              <Value name={key} text={was} />
            </del>
          )}{' '}
          {is === null ? null : (
            <ins>
              <Value name={key} text={is} />
            </ins>
          )}
        </li>
      ))}
    </ul>
  )
}
