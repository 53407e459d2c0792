// What was known at a step of a purchase 节点信息: known facts in words and units, others by name, so
// that nothing the record holds is hidden.

import { hasText, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Energy, Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Reason } from '../../ui/reason.tsx'
import styles from './purchases.module.css'

type Facts = Record<string, unknown>

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isFacts(value) && noneIn(value))

const noneIn = (facts: Facts): boolean => Object.values(facts).every(isEmpty)

/** Facts whose value is one of our own words, by the texts that hold them. */
const WORDS: Record<string, string> = {
  relay: 'relay',
  by: 'readBy',
  oldState: 'swapOld',
  method: 'method',
  answer: 'answer',
  state: 'purchase',
  swapState: 'swapState',
  resolution: 'resolution',
}

const Value = ({ name, value }: { name: string; value: unknown }) => {
  const { say } = useText()
  if (isFacts(value)) return <EventFacts facts={value} />
  if (typeof value === 'number' && name.endsWith('Fen')) return <Money fen={value} unit />
  if (typeof value === 'number' && /wh$/i.test(name)) return <Energy wh={value} />
  if (typeof value === 'boolean') return say(value ? 'word.yes' : 'word.no')
  if (typeof value === 'number') return value
  // Meters are named by numbers of the database, which say nothing to anybody.
  if (name === 'meters' && Array.isArray(value)) return say('fact.meterCount', { n: value.length })
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (isList) return <Name>{value.join(', ')}</Name>
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (name.endsWith('At') && text.includes('T')) return <When at={text} />
  if (name === 'reason' || name === 'fault') return <Reason code={text} />
  const key = `${WORDS[name]}.${text}`
  return hasText(key) ? say(key) : <Name>{text}</Name>
}

export const EventFacts = ({ facts }: { facts: Facts }) => {
  const { say } = useText()
  const shown = Object.entries(facts).filter(([, value]) => !isEmpty(value))
  if (shown.length === 0) return null
  return (
    <span className={styles.eventFacts}>
      {shown.map(([name, value]) => {
        const key = `fact.${name}`
        return (
          <span key={name}>
            {hasText(key) ? say(key) : name} <Value name={name} value={value} />
          </span>
        )
      })}
    </span>
  )
}
