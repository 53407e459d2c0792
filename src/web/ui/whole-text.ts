// Whole numbers as typed 整数输入.

/** Null where it is none; more than nine digits nobody means. */
export const wholeTyped = (text: string): number | null =>
  /^\d{1,9}$/.test(text.trim()) ? Number(text) : null
