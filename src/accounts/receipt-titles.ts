// What a receipt is called 票据名称: by what the money was taken for. Vouchers have theirs in
// `payout-reasons.ts`.

export const RECEIPT_TITLES = {
  sale: { zh: '售电收据', en: 'Receipt for electricity' },
  /** Into the balance of an account that the centre charges. */
  balance: { zh: '预存电费收据', en: 'Receipt for a payment in advance' },
  deposit: { zh: '押金收据', en: 'Receipt for a deposit' },
  carry: { zh: '销户补缴收据', en: 'Receipt for what was owed at closing' },
} as const
