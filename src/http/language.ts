// The caller's language 语言: what the request names, else the operator's own, else Chinese.

import type { Language } from '../shared/words.ts'

const languageOf = (tag: string): Language | null => {
  if (/^zh\b/i.test(tag)) return 'zh'
  return /^en\b/i.test(tag) ? 'en' : null
}

/** The language the header prefers among ours; null where it names neither. */
export const preferred = (acceptLanguage: string | undefined): Language | null => {
  let best: { language: Language; weight: number } | null = null
  for (const item of (acceptLanguage ?? '').split(',').slice(0, 20)) {
    const [tag = '', ...params] = item.trim().split(';')
    const language = languageOf(tag)
    const q = params.map((param) => /^\s*q=([\d.]+)\s*$/.exec(param)?.[1]).find(Boolean)
    const weight = q === undefined ? 1 : Number(q)
    if (language !== null && weight > (best?.weight ?? 0)) best = { language, weight }
  }
  return best?.language ?? null
}

export const languageFor = (
  acceptLanguage: string | undefined,
  operator: { language: Language } | null,
): Language => preferred(acceptLanguage) ?? operator?.language ?? 'zh'
