import { describe, expect, test } from 'vitest'
import { languageFor } from './language.ts'

const chinese = { language: 'zh' as const }
const english = { language: 'en' as const }

describe('the language of an answer', () => {
  test.each([
    ['the one the request names', 'en', chinese, 'en'],
    ['a region of it', 'en-GB', chinese, 'en'],
    ['the one it prefers by weight', 'en;q=0.3, zh-CN;q=0.9', english, 'zh'],
    ['the first of two that weigh the same', 'en, zh', chinese, 'en'],
    ['ours where another is preferred', 'fr, en;q=0.2', chinese, 'en'],
    ["the operator's own where none of ours is named", 'fr', english, 'en'],
    ["the operator's own where nothing is named", undefined, english, 'en'],
    ['Chinese where nobody says', undefined, null, 'zh'],
    ['Chinese where the header is nonsense', ';;q=x,,', null, 'zh'],
    ['not one that is refused', 'en;q=0', chinese, 'zh'],
  ])('is %s', (_promise, header, operator, language) => {
    expect(languageFor(header, operator)).toBe(language)
  })
})
