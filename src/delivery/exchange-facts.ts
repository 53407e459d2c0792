// What an exchange with a meter says, as facts for a timeline 交互事实: readings and answers in words.

import type { Outcome, WalletReading, WriteAnswer } from '../metering/driver.ts'
import type { Answer } from './machine.ts'

export const readingFacts = (reading: WalletReading) => ({
  count: reading.count,
  balanceFen: reading.balanceFen,
  energyWh: reading.energyWh,
  customerNo: reading.customerNo,
  opened: reading.opened,
  record: reading.lastPurchase,
})

export const answerOf = (outcome: Outcome<WriteAnswer>): Answer => {
  if (outcome.ok) return outcome.value.answered
  return outcome.reason === 'refused-by-meter' ? 'refused' : 'none'
}

export const detailOf = (outcome: Outcome<WriteAnswer>): string => {
  if (!outcome.ok) return `${outcome.reason} ${outcome.detail}`.trim()
  return outcome.value.answered === 'refused' ? outcome.value.detail : ''
}
