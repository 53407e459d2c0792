// Where a centre under test writes what it says 整机日志: beside the reports of the run, by the file of
// tests that started it.

import { basename, join } from 'node:path'

const FOLDER = join('.cache', 'test', 'logs')

export const centreLog = (testPath: string): string =>
  join(FOLDER, `${basename(testPath, '.test.ts')}.log`)
