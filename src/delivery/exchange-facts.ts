// What an exchange with a meter says, as facts for a timeline 交互事实: readings and answers in words.

import type { Outcome, WriteAnswer } from '../metering/driver.ts'
import type { Answer } from './machine.ts'
import type { Seen } from './refund-record.ts'

export const readingFacts = (reading: Seen) => ({
  count: reading.count,
  balanceFen: reading.balanceFen,
  energyWh: reading.energyWh,
  customerNo: reading.customerNo,
  opened: reading.opened,
  record: reading.lastPurchase,
  ...(reading.lastRefund !== undefined && { refund: reading.lastRefund }),
  ...(reading.load !== undefined && { load: reading.load }),
})

export const answerOf = (outcome: Outcome<WriteAnswer>): Answer => {
  if (outcome.ok) return outcome.value.answered
  return outcome.reason === 'refused-by-meter' ? 'refused' : 'none'
}

export const detailOf = (outcome: Outcome<WriteAnswer>): string => {
  if (!outcome.ok) return `${outcome.reason} ${outcome.detail}`.trim()
  return outcome.value.answered === 'refused' ? outcome.value.detail : ''
}
