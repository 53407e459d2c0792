// A whole number as it is typed 整数输入: null where it is none, or out of its bounds.

export const wholeWithin = (typed: string, min: number, max: number): number | null => {
  const text = typed.trim()
  if (!/^\d{1,9}$/.test(text)) return null
  const value = Number(text)
  return value >= min && value <= max ? value : null
}
