// Which tests exist and how they run 测试: pure ones share one thread pool and its modules; those
// with a database share one cluster; slow ones (browser, processes) have a process per file. Every
// limit is many times what a busy machine needs: it is there for what never ends.

import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/setup/longest-first.ts'

const DATABASE = '**/*.db.test.ts'
const SLOW = 'test/**/*.test.ts'
const NEVER = [...configDefaults.exclude, 'data/**', '.cache/**']
const WAITING = { poll: { timeout: 60_000, interval: 20 } }
const WITHIN_MS = 120_000
const SLOW_WITHIN_MS = 300_000

export default defineConfig({
  test: {
    // Runs go side by side, and none may depend on what ran before it.
    cache: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,sim,tools}/**/*.test.ts'],
          exclude: [...NEVER, DATABASE],
          // The table of state colours is tested as it is; other styles are of no use to tests.
          css: { include: [/states\.css/] },
          pool: 'threads',
          isolate: false,
          expect: WAITING,
          testTimeout: WITHIN_MS,
          hookTimeout: WITHIN_MS,
        },
      },
      {
        test: {
          name: 'db',
          include: [DATABASE],
          exclude: [...NEVER],
          globalSetup: ['test/setup/cluster.ts'],
          pool: 'threads',
          isolate: false,
          expect: WAITING,
          testTimeout: WITHIN_MS,
          hookTimeout: WITHIN_MS,
        },
      },
      {
        test: {
          name: 'slow',
          include: [SLOW],
          exclude: [...NEVER, DATABASE],
          globalSetup: ['test/setup/cluster.ts'],
          pool: 'forks',
          isolate: true,
          expect: WAITING,
          testTimeout: SLOW_WITHIN_MS,
          hookTimeout: SLOW_WITHIN_MS,
        },
      },
    ],
  },
})
