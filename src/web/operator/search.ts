// Search parameters 网址参数: plain text in and out, because a filter of digits must stay text, and a
// pasted link must restore exactly what was seen.

type Search = Record<string, unknown>

export const parseSearch = (query: string): Search => Object.fromEntries(new URLSearchParams(query))

export const stringifySearch = (search: Search): string => {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

export type TextSearch<Key extends string> = { [K in Key]?: string }

/** Keeps the named parameters where they are text; everything else in the URL is dropped. */
export const textSearch =
  <const Key extends string>(...keys: readonly Key[]) =>
  (raw: Search): TextSearch<Key> => {
    const kept: TextSearch<Key> = {}
    for (const key of keys) {
      const value = raw[key]
      if (typeof value === 'string' && value !== '') kept[key] = value
    }
    return kept
  }
