// What a vitest run came to, from its JSON report. A skipped test counts as failed: it promises
// what nobody checked. So does a file that did not load, and an error that no test owns.

import { relative } from 'node:path'

export type Tally = { passed: number; failed: number; complaints: string[] }

type TestRow = { fullName: string; status: string }
type FileRow = { name: string; status: string; message: string; assertionResults: TestRow[] }
type Report = { success: boolean; testResults: FileRow[] }

const isReport = (value: unknown): value is Report =>
  typeof value === 'object' &&
  value !== null &&
  'testResults' in value &&
  Array.isArray(value.testResults)

const fileTally = (file: FileRow): Tally => {
  const bad = file.assertionResults.filter((row) => row.status !== 'passed')
  const path = relative('', file.name)
  const didNotLoad = file.status === 'failed' && bad.length === 0
  return {
    passed: file.assertionResults.length - bad.length,
    failed: bad.length + (didNotLoad ? 1 : 0),
    complaints: [
      ...bad.map((row) => `${row.status}: ${path} > ${row.fullName}`),
      ...(didNotLoad ? [`failed: ${path}: ${file.message}`] : []),
    ],
  }
}

/** `text` is the report, or null where the run wrote none. */
export const tallyOf = (text: string | null, ran: { ok: boolean }): Tally => {
  const report: unknown = text === null ? null : JSON.parse(text)
  if (!isReport(report)) return { passed: 0, failed: 1, complaints: ['failed: no report'] }
  const files = report.testResults.map(fileTally)
  const tally = {
    passed: files.reduce((sum, file) => sum + file.passed, 0),
    failed: files.reduce((sum, file) => sum + file.failed, 0),
    complaints: files.flatMap((file) => file.complaints),
  }
  if (tally.failed > 0) return tally
  if (!ran.ok) return { ...tally, failed: 1, complaints: ['failed: an error outside any test'] }
  return tally.passed === 0 ? { ...tally, failed: 1, complaints: ['failed: no test ran'] } : tally
}
