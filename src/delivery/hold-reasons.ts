// Why deliveries to a meter stop 充值次数异常: a closed list with its words. A hold ends only by a
// person's act (INV-17).

export const HOLD_REASONS = {
  'count-ahead': {
    zh: '电表充值次数大于账面，可能有外来充值',
    en: 'the purchase count is ahead of the books: somebody else may have loaded the meter',
  },
  'count-behind': {
    zh: '电表充值次数小于账面，电表可能被清零或更换',
    en: 'the purchase count is behind the books: the meter may have been reset or replaced',
  },
  'money-mismatch': {
    zh: '充值次数相符，但剩余金额与账面不符',
    en: 'the purchase count fits, the money does not',
  },
  'record-mismatch': {
    zh: '充值次数相符，但电表购电记录与账面不符',
    en: 'the purchase count fits, the purchase record of the meter does not',
  },
  'money-without-count': {
    zh: '剩余金额增加，而充值次数未变',
    en: 'the money rose and the purchase count did not move',
  },
  'balance-above': {
    zh: '剩余金额高于账面，可能有外来充值',
    en: 'the meter holds more than the books have delivered',
  },
  'balance-below': {
    zh: '剩余金额低于按最高电价计算的应有金额',
    en: 'the meter holds less than the dearest possible use explains',
  },
  'customer-number': {
    zh: '电表内客户编号与账面不符',
    en: 'the customer number in the meter is not ours',
  },
  'not-opened': {
    zh: '账面已开户，而电表显示未开户',
    en: 'the meter says that it is not opened',
  },
  'no-replay-guard': {
    zh: '该表型不防重复充值：已发送一次，未见到账',
    en: 'the model does not refuse a repeat: sent once, not seen to arrive',
  },
  'not-taken': {
    zh: '多次发送后电表仍未入账',
    en: 'sent many times, and the meter has not taken it',
  },
  'reduction-not-seen': {
    zh: '减额命令已发送一次，剩余金额未减少',
    en: 'a reduction was sent once, and the money has not fallen',
  },
  'reduction-mismatch': {
    zh: '减额命令已发送一次，剩余金额与应有金额不符',
    en: 'a reduction was sent once, and what is left fits neither taken nor not taken',
  },
  'reduction-unclear': {
    zh: '减额金额太小，无法与用电区分',
    en: 'a reduction was sent once, and is too small to be told from use',
  },
} as const

export type HoldReason = keyof typeof HOLD_REASONS

export const isHoldReason = (text: string): text is HoldReason => Object.hasOwn(HOLD_REASONS, text)
