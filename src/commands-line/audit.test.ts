import { expect, test } from 'vitest'
import { complexId } from '../shared/ids.ts'
import { auditText } from './audit.ts'

const CHECKED = {
  complexes: 2,
  size: { postings: 12, audits: 34 },
  roots: { findings: [], roots: 5, lastAt: Date.UTC(2026, 10, 23, 7) },
}

test('sound books exit with 0 and say what was checked', () => {
  const { exit, text } = auditText([], CHECKED)
  expect(exit).toBe(0)
  expect(text).toContain('the books and the chains are sound')
  expect(text).toContain('checked: 2 complexes, 12 postings, 34 audit rows, 5 signed roots')
  expect(text).toContain('2026-11-23T07:00:00')
})

test('a finding exits with 1, names its place and what to do', () => {
  const finding = {
    ...{ complexId: complexId(1), invariant: 'INV-30', what: 'posting/p (lane 3 seq 12)' },
    ...{ zh: '记录被改动或调换', en: 'a record was altered or swapped' },
  }
  const { exit, text } = auditText([finding], CHECKED)
  expect(exit).toBe(1)
  expect(text).toContain('INV-30 complex 1 posting/p (lane 3 seq 12): 记录被改动或调换 / a record')
  expect(text).toContain('Change nothing in the database')
})

test('without signed roots it says what would not show', () => {
  const roots = { findings: [], roots: 0, lastAt: null }
  expect(auditText([], { ...CHECKED, roots }).text).toContain('no signed roots in the data folder')
})
