// Channels of a meter as they are typed 通道: numbers with commas between them.

/** Null where it is no list of different numbers from 1 to 64. */
export const channelsOf = (text: string): number[] | null => {
  const parts = text
    .split(/[,，、\s]+/)
    .map((part) => part.trim())
    .filter(Boolean)
  const channels = parts.map(Number)
  const sound = parts.every((part) => /^[1-9]\d?$/.test(part)) && channels.every((n) => n <= 64)
  const different = new Set(channels).size === channels.length
  return sound && different && channels.length > 0 && channels.length <= 12 ? channels : null
}
