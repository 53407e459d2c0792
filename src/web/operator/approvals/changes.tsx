// What an act would change 变更前后, as whoever decides reads it: each value before and after.

import type { Approval, ApprovalChange } from '../../../http/contract/approvals.ts'
import { hasText, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { priceText } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { usePermissions } from '../operators/operator-data.ts'
import styles from './approvals.module.css'

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

const Permissions = ({ codes }: { codes: readonly string[] }) => {
  const { say, language } = useText()
  const items = usePermissions().data?.items ?? []
  const words = codes.map((code) => items.find((one) => one.code === code)?.[language] ?? code)
  return words.length === 0 ? say('approval.nothing') : words.join(language === 'zh' ? '、' : ', ')
}

/** Nothing stands for no limit, no end, or that there was none. */
const nothing = (field: string, say: Say): string => {
  const key = `approvalField.${field}.none`
  return hasText(key) ? say(key) : '—'
}

const Value = ({ change: { field, as }, value }: { change: ApprovalChange; value: unknown }) => {
  const { say } = useText()
  if (value === null || value === undefined) return nothing(field, say)
  if (as === 'permissions') return <Permissions codes={texts(value)} />
  if (as === 'yesNo') return say(value === true ? 'word.yes' : 'word.no')
  if (as === 'words') {
    const key = `approvalField.${field}.${String(value)}`
    return hasText(key) ? say(key) : String(value)
  }
  if (as === 'time') return <When at={String(value)} />
  if (typeof value !== 'number') return <Name>{String(value)}</Name>
  if (as === 'fen') return <Money fen={value} unit />
  if (as === 'priceE8') return `${priceText(value)} ${say('approval.perKwh')}`
  return as === 'percent' ? `${value} %` : String(value)
}

const moved = ({ as, before, after }: ApprovalChange): string => {
  if (as !== 'priceE8' || typeof before !== 'number' || typeof after !== 'number') return ''
  if (before === 0 || before === after) return ''
  const percent = Math.round(((after - before) * 1_000) / before) / 10
  return `${percent > 0 ? '+' : ''}${percent} %`
}

const Row = ({ change }: { change: ApprovalChange }) => {
  const { say } = useText()
  const key = `approvalField.${change.field}`
  return (
    <li>
      <span className={styles.field}>{hasText(key) ? say(key) : change.field}</span>{' '}
      {change.before === null && change.as !== 'fen' && change.as !== 'percent' ? null : (
        <>
          <Value change={change} value={change.before} /> →{' '}
        </>
      )}
      <strong>
        <Value change={change} value={change.after} />
      </strong>{' '}
      {moved(change)}
    </li>
  )
}

export const Changes = ({ approval: { changes } }: { approval: Approval }) =>
  changes.length === 0 ? null : (
    <ul className={styles.changes}>
      {changes.map((change) => (
        <Row key={change.field} change={change} />
      ))}
    </ul>
  )
