// Phone numbers 电话 as they are shown: the beginning and the last four digits. PURE.

const HEAD = 3
const TAIL = 4
/** Of a shorter one the beginning would leave too little to guess. */
const LENGTH_WITH_HEAD = HEAD + TAIL + 4

export type PhoneEnds = { head: string; tail: string }

export const phoneEnds = (phone: string): PhoneEnds => ({
  head: phone.length < LENGTH_WITH_HEAD ? '' : phone.slice(0, HEAD),
  tail: phone.slice(-TAIL),
})

/** 138****1234; null where there is no phone. */
export const maskedPhone = (head: string, tail: string | null): string | null =>
  tail === null ? null : `${head}****${tail}`
