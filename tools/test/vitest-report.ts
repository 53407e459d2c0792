// What a vitest run came to, from its JSON report, and why. A skipped test counts as failed: it
// promises what nobody checked. So does a file that did not load, and an error that no test owns.

import { relative } from 'node:path'
import { firstLines, lastLines, quoted } from './quoted.ts'

export type Tally = { passed: number; failed: number; complaints: string[] }

type TestRow = { fullName: string; status: string; failureMessages?: string[] }
type FileRow = { name: string; status: string; message: string; assertionResults: TestRow[] }
type Report = { success: boolean; testResults: FileRow[] }

const isReport = (value: unknown): value is Report =>
  typeof value === 'object' &&
  value !== null &&
  'testResults' in value &&
  Array.isArray(value.testResults)

const reasonOf = ({ failureMessages = [] }: TestRow): string[] =>
  firstLines(failureMessages.join('\n'))

/** What else was said while the tests of a file ran. */
export type LogOf = (path: string) => string

const fileTally = (file: FileRow, logOf: LogOf): Tally => {
  const bad = file.assertionResults.filter((row) => row.status !== 'passed')
  const path = relative('', file.name)
  const didNotLoad = file.status === 'failed' && bad.length === 0
  const log = file.status === 'failed' ? lastLines(logOf(path)) : []
  return {
    passed: file.assertionResults.length - bad.length,
    failed: bad.length + (didNotLoad ? 1 : 0),
    complaints: [
      ...bad.map((row) => `${row.status}: ${path} > ${row.fullName}${quoted(reasonOf(row))}`),
      ...(didNotLoad ? [`failed: ${path}${quoted(firstLines(file.message))}`] : []),
      ...(log.length > 0 ? [`the centre of ${path} said last:${quoted(log)}`] : []),
    ],
  }
}

/** `text` is the report, or null where the run wrote none; `ran.output` is quoted where it must. */
export const tallyOf = (
  text: string | null,
  ran: { ok: boolean; output: string },
  logOf: LogOf = () => '',
): Tally => {
  const report: unknown = text === null ? null : JSON.parse(text)
  const said = quoted(lastLines(ran.output))
  if (!isReport(report)) return { passed: 0, failed: 1, complaints: [`failed: no report${said}`] }
  const files = report.testResults.map((file) => fileTally(file, logOf))
  const tally = {
    passed: files.reduce((sum, file) => sum + file.passed, 0),
    failed: files.reduce((sum, file) => sum + file.failed, 0),
    complaints: files.flatMap((file) => file.complaints),
  }
  if (tally.failed > 0) return tally
  const outside = `failed: an error outside any test${said}`
  if (!ran.ok) return { ...tally, failed: 1, complaints: [outside] }
  return tally.passed === 0 ? { ...tally, failed: 1, complaints: ['failed: no test ran'] } : tally
}
