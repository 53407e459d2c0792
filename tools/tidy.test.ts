import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tidy } from './tidy/house.ts'

test('the house is tidy', () => {
  expect(tidy(process.cwd()).map((p) => `${p.path}:${p.line} ${p.what}`)).toEqual([])
})

const root = mkdtempSync(join(tmpdir(), 'tidy-'))
afterAll(() => rmSync(root, { recursive: true }))

const inHouse = (path: string, text: string): string[] => {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const found = tidy(root).filter((p) => p.path === path)
  rmSync(file)
  return found.map((p) => p.what)
}

test.each([
  ['src/ledger/a.ts', "// x\nimport '../http/server.ts'\n", /ledger may not import/],
  ['src/ledger/b.ts', "// x\nimport '../../sim/meter.ts'\n", /may not import sim/],
  ['src/ledger/c.ts', '// x\nexport const a = 1 / 100\n', /money is split only/],
  ['src/ledger/d.ts', '// x\nexport const a = Date.now()\n', /clock/],
  ['src/ledger/e.ts', '// x\nexport const a = process.env.A\n', /config\.ts/],
  ['src/ledger/f.ts', '// x\nexport const a = {} as unknown\n', /a cast/],
  ['src/ledger/g.ts', '// x\nexport const a: any = 1\n', /any/],
  ['src/ledger/h.ts', 'export const a = 1\n', /first line/],
  ['src/ledger/utils.ts', '// x\nexport const a = 1\n', /named after/],
  ['src/ledger/i.ts', `// ${'x'.repeat(120)}\n`, /characters/],
  ['src/ledger/j.ts', `// x\n${'\n'.repeat(401)}`, /a file of/],
  ['src/ledger/k.ts', '// x\nexport const a = 1\n', /nobody imports/],
  ['src/ledger/l.ts', "// x\nimport './l.ts'\n", /circle/],
  ['src/ledger/m.ts', "// x\nimport { connect } from 'node:net'\nconnect(1)\n", /a port/],
  ['src/ledger/n.ts', `// x\nexport const f = () => {\n${'f()\n'.repeat(60)}}\n`, /a function/],
  ['src/ledger/p.test.ts', 'await vi.waitFor(() => a)\n', /eventually/],
  ['src/ledger/q.test.ts', 'await expect.poll(a, { timeout: 500 }).toBe(1)\n', /eventually/],
  ['src/web/operator/o.ts', "// x\nimport { Fen } from '../../http/contract.ts'\n", /only types/],
])('%s is found: %s', (path, text, expected) => {
  expect(inHouse(path, text).join('\n')).toMatch(expected)
})
