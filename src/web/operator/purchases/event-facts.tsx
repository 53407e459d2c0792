// What was known at a step of a purchase 节点信息: known facts in words and units, others by name, so
// that nothing the record holds is hidden.

import { type TextKey, useText } from '../../text/i18n.ts'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import styles from './purchases.module.css'

const NAMES: Record<string, TextKey> = {
  count: 'fact.count',
  countBefore: 'fact.countBefore',
  countAfter: 'fact.countAfter',
  n: 'fact.n',
  sends: 'fact.sends',
  send: 'fact.sends',
  amountFen: 'fact.amount',
  paidFen: 'fact.paid',
  carryFen: 'fact.carry',
  balanceFen: 'fact.balance',
  balanceBeforeFen: 'fact.balanceBefore',
  balanceAfterFen: 'fact.balanceAfter',
  reason: 'fact.reason',
  fault: 'fact.fault',
  relay: 'fact.relay',
  method: 'fact.method',
  operator: 'fact.operator',
  receiptNo: 'fact.receiptNo',
  purchaseNo: 'fact.purchaseNo',
  epoch: 'fact.epoch',
}

const Value = ({ name, value }: { name: string; value: unknown }) => {
  const { say } = useText()
  if (typeof value === 'number' && name.endsWith('Fen')) return <Money fen={value} unit />
  if (value === 'closed' || value === 'tripped' || value === 'closePermitted') {
    return say(`relay.${value}`)
  }
  if (name === 'method' && typeof value === 'string') {
    switch (value) {
      case 'cash':
      case 'card':
      case 'transfer':
      case 'alipay':
      case 'wechat':
      case 'unionpay':
        return say(`method.${value}`)
      default:
        return value
    }
  }
  if (typeof value === 'number') return value
  return <Name>{typeof value === 'string' ? value : JSON.stringify(value)}</Name>
}

export const EventFacts = ({ facts }: { facts: Record<string, unknown> }) => {
  const { say } = useText()
  const shown = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
  if (shown.length === 0) return null
  return (
    <span className={styles.eventFacts}>
      {shown.map(([name, value]) => {
        const key = NAMES[name]
        return (
          <span key={name}>
            {key ? say(key) : name} <Value name={name} value={value} />
          </span>
        )
      })}
    </span>
  )
}
