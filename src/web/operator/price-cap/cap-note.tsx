// What a plan comes to against the price cap 价格上限校验: it warns, or says that saving is refused.

import { Alert } from 'antd'
import type { CapFinding } from '../../../http/contract/price-cap.ts'
import { useText } from '../../text/i18n.ts'
import { roundedPriceText } from '../../ui/money-text.ts'

export const CapNote = ({ cap }: { cap: CapFinding | null }) => {
  const { say } = useText()
  if (cap === null) return null
  const { over, act, from, month, supplies } = cap
  const figures = {
    effective: roundedPriceText(cap.effectiveE8),
    ceiling: roundedPriceText(cap.ceilingE8),
  }
  return (
    <Alert
      type={over ? (act === 'block' ? 'error' : 'warning') : 'success'}
      showIcon
      title={say(over ? `cap.over.${act}` : 'cap.within', figures)}
      description={
        from === 'use' ? say('cap.byUse', { month: month ?? '—', n: supplies }) : say('cap.byHours')
      }
    />
  )
}
