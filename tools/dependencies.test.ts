// Every dependency has its line in docs/decisions/dependencies.md, and is used somewhere.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Package = Record<string, Record<string, string>>

const read = (path: string): string => readFileSync(path, 'utf8')
const packages: Package = JSON.parse(read('package.json'))
const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
  Object.keys(packages[kind] ?? {}),
)
const page = read('docs/decisions/dependencies.md')

/** `@fastify/cookie` is covered by `@fastify/*`; types belong to what they describe. */
const isNamed = (name: string): boolean =>
  page.includes(name) || page.includes(`${name.split('/')[0]}/*`) || name.startsWith('@types/')

test.each(names)('%s has its line', (name) => {
  expect(isNamed(name)).toBe(true)
})
