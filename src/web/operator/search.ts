// Search parameters 网址参数: plain text in and out, because a filter of digits must stay text, and a
// pasted link must restore exactly what was seen.

import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router'

export const parseSearch = parseSearchWith((text) => text)
export const stringifySearch = stringifySearchWith((value) => String(value))

export type TextSearch<Key extends string> = { [K in Key]?: string }

/** Keeps the named parameters where they are text; everything else in the URL is dropped. */
export const textSearch =
  <const Key extends string>(...keys: readonly Key[]) =>
  (raw: Record<string, unknown>): TextSearch<Key> => {
    const kept: TextSearch<Key> = {}
    for (const key of keys) {
      const value = raw[key]
      if (typeof value === 'string' && value !== '') kept[key] = value
    }
    return kept
  }
