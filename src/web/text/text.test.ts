import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { type zh as source, zh } from './zh.ts'

const HAN = /\p{Script=Han}/u

const keys = Object.keys(zh).filter((key): key is keyof typeof source => Object.hasOwn(en, key))
const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name)

const files = import.meta.glob<string>(
  ['../**/*.ts', '../**/*.tsx', '!../text/**', '!../**/*.test.ts'],
  { query: '?raw', import: 'default', eager: true },
)
const sources = Object.entries(files).map(([path, text]) => ({
  path,
  code: text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
}))

const homes = import.meta.glob<string>(['./zh/*.ts', './en/*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('a text has one home', () => {
  test.each(['zh', 'en'])('no key of %s stands in two files, or twice in one', (language) => {
    const all = Object.entries(homes)
      .filter(([path]) => path.startsWith(`./${language}/`))
      .flatMap(([, text]) => [...text.matchAll(/^ {2}'([\w.-]+)':/gm)].map(([, key]) => key))
    expect(all.length).toBeGreaterThan(1_000)
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([])
  })
})

describe('both languages say the same', () => {
  test('every text exists in English', () => expect(keys).toHaveLength(Object.keys(zh).length))
  test('English holds no Chinese but the name of the language itself', () =>
    expect(keys.filter((key) => HAN.test(en[key]))).toEqual(['language.other']))
  test('what English counts has its singular', () => {
    const many = /{{n}} (meters|supplies|accounts|rows|buildings|circuits|minutes|hours|days)\b/
    const counting = keys.filter((key) => many.test(en[key]))
    expect(counting.length).toBeGreaterThan(20)
    expect(counting.filter((key) => !Object.hasOwn(en, `${key}_one`))).toEqual([])
  })
  test('each text has the same values in it', () => {
    const differ = keys.filter(
      (key) => placeholders(en[key]).sort().join() !== placeholders(zh[key]).sort().join(),
    )
    expect(differ).toEqual([])
  })
})

describe('texts and screens belong together', () => {
  test('the screens were found', () => expect(sources.length).toBeGreaterThan(50))
  test('no screen holds Chinese of its own', () =>
    expect(sources.filter(({ code }) => HAN.test(code)).map(({ path }) => path)).toEqual([]))
  test('every text is used by a screen', () => {
    const all = sources.map(({ code }) => code).join('\n')
    // Keys like `state.${state}` are put together: their first part is what stands in the source.
    const built = [...all.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix = '']) => prefix)
    const words = /WORDS: Record[\s\S]*?\n}/.exec(all)?.[0] ?? ''
    const isUsed = (key: string) =>
      all.includes(`'${key}'`) ||
      built.some((prefix) => key.startsWith(prefix)) ||
      words.includes(`'${key.split('.')[0]}'`)
    expect(keys.filter((key) => !isUsed(key))).toEqual([])
  })
})
