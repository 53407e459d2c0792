// The day cut as it is typed 日切时间: minutes after midnight as HH:MM.

export const dayCutText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0')).join(':')

/** Null where it is no time of day. */
export const dayCutOf = (text: string): number | null => {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? []
  if (hours === undefined || minutes === undefined) return null
  return Number(hours) * 60 + Number(minutes)
}
