// Which tests exist and how they run 测试: pure ones share one thread pool and its modules; those
// with a database share one cluster; slow ones (browser, processes) have a process per file.

import { configDefaults, defineConfig } from 'vitest/config'

const DATABASE = '**/*.db.test.ts'
const SLOW = 'test/**/*.test.ts'
const NEVER = [...configDefaults.exclude, 'data/**', '.cache/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,sim,tools}/**/*.test.ts'],
          exclude: [...NEVER, DATABASE],
          pool: 'threads',
          isolate: false,
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
          testTimeout: 20_000,
          hookTimeout: 20_000,
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
