// Counting: nothing that was not checked may count as passed.

import { expect, test } from 'vitest'
import { tallyOf } from './vitest-report.ts'

type Row = [status: string, ...tests: string[]]

const report = (...files: Row[]) =>
  JSON.stringify({
    success: true,
    testResults: files.map(([status, ...tests], i) => ({
      name: `${i}.test.ts`,
      status,
      message: 'why',
      assertionResults: tests.map((each, n) => ({ fullName: `t${n}`, status: each })),
    })),
  })

test.each<[string, string | null, boolean, number, number]>([
  ['all passed', report(['passed', 'passed', 'passed']), true, 2, 0],
  ['one failed', report(['failed', 'passed', 'failed']), false, 1, 1],
  ['one skipped', report(['passed', 'passed', 'skipped']), true, 1, 1],
  ['one to do', report(['passed', 'passed', 'todo']), true, 1, 1],
  ['a file that did not load', report(['failed'], ['passed', 'passed']), false, 1, 1],
  ['an error outside any test', report(['passed', 'passed']), false, 1, 1],
  ['no test at all', report(), true, 0, 1],
  ['no report', null, false, 0, 1],
])('%s', (_, text, ok, passed, failed) => {
  expect(tallyOf(text, { ok })).toMatchObject({ passed, failed })
})

test('what failed is named', () => {
  expect(tallyOf(report(['failed', 'passed', 'failed']), { ok: false }).complaints).toEqual([
    'failed: 0.test.ts > t1',
  ])
})
