import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { REFUSALS } from '../refusal.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const OWN = /^src\/shared\/refusals\//
const TEST = /\.test\.tsx?$|^test\//

/** The words of all sources, of the tests and of the product. */
const wordsIn = async (folders: readonly string[]) => {
  const words = { tests: new Set<string>(), product: new Set<string>() }
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(ROOT, folder), { recursive: true })
      return names.map((name) => `${folder}/${name}`).filter((name) => /\.tsx?$/.test(name))
    }),
  )
  const wanted = files.flat().filter((name) => !OWN.test(name))
  await Promise.all(
    wanted.map(async (name) => {
      const text = await readFile(join(ROOT, name), 'utf8')
      const into = TEST.test(name) ? words.tests : words.product
      for (const [word] of text.matchAll(/\w+/g)) into.add(word)
    }),
  )
  return words
}

let words: Awaited<ReturnType<typeof wordsIn>>
beforeAll(async () => {
  words = await wordsIn(['src', 'test', 'sim'])
})
const codes = Object.keys(REFUSALS)

test('every refusal is named by a test', () => {
  expect(codes.filter((code) => !words.tests.has(code))).toEqual([])
})
test('every refusal is made somewhere', () => {
  expect(codes.filter((code) => !words.product.has(code))).toEqual([])
})
