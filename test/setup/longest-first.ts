// The order of test files 测试顺序: those that take longest begin first, so that no run ends with one
// worker at a long file and the others idle. All others keep the order of their names.

import { BaseSequencer, type TestSpecification } from 'vitest/node'

const LONGEST = [
  'test/crash/every-call.test.ts',
  'test/e2e/pages.test.ts',
  'test/crash/random-kills.test.ts',
  'test/e2e/board.test.ts',
  'test/e2e/sale.test.ts',
  'test/e2e/money-back.test.ts',
  'test/crash/postgres-kill.test.ts',
  'test/embedded-postgres/traps.test.ts',
  'test/fuzz/frames.test.ts',
  'src/delivery/explore.test.ts',
  'sim/main.test.ts',
]

const placeOf = ({ moduleId }: TestSpecification): number => {
  const at = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`))
  return at < 0 ? LONGEST.length : at
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || a.moduleId.localeCompare(b.moduleId))
  }
}
