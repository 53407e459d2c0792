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
      assertionResults: tests.map((each, n) => ({
        fullName: `t${n}`,
        status: each,
        failureMessages: each === 'failed' ? [`Error: expected ${n}\n    at a line`] : [],
      })),
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
  expect(tallyOf(text, { ok, output: '' })).toMatchObject({ passed, failed })
})

const FAILED = { ok: false, output: 'much\n\u001b[31mand the last word\u001b[39m\n' }

test('what failed is named, with its reason', () => {
  expect(tallyOf(report(['failed', 'passed', 'failed']), FAILED).complaints).toEqual([
    'failed: 0.test.ts > t1\n    Error: expected 1\n        at a line',
  ])
})

test('what the centre of a failed file said last is quoted, of a sound file nothing', () => {
  const text = report(['failed', 'failed'], ['passed', 'passed'])
  const { complaints } = tallyOf(text, FAILED, (path) => `the log of ${path}`)
  expect(complaints.slice(1)).toEqual([
    'the centre of 0.test.ts said last:\n    the log of 0.test.ts',
  ])
})

test.each([
  ['without a report', null],
  ['with an error outside any test', report(['passed', 'passed'])],
])('%s the last words of the run are quoted', (_, text) => {
  expect(tallyOf(text, FAILED).complaints.join()).toMatch(/\n {4}much\n {4}and the last word$/)
})
