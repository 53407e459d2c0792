// The door of every npm script: any Node from 20 on may knock; dependencies are put in order, then
// the pinned Node 24 runs the TypeScript. Plain JavaScript, without dependencies.

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ensureInstalled } from './bootstrap/install.mjs'
import { runOnNode24 } from './bootstrap/node24.mjs'
import { ensureWeb } from './bootstrap/web.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const TARGETS = {
  start: ['src/main.ts'],
  test: ['tools/test.ts'],
  check: ['tools/test.ts', '--quick'],
  bench: ['test/bench/main.ts'],
  new: ['tools/new.ts'],
}

const main = async () => {
  const [command = '', ...rest] = process.argv.slice(2)
  const args = rest[0] === '--' ? rest.slice(1) : rest
  const target = TARGETS[command]
  if (target === undefined && command !== 'web') {
    process.stderr.write(`npm run ${[...Object.keys(TARGETS), 'web'].join(' | ')}\n`)
    return 2
  }
  try {
    await ensureInstalled(root)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    return 1
  }
  if ((command === 'start' || command === 'web') && !(await ensureWeb(root))) return 1
  if (target === undefined) return 0
  const [file, ...fixed] = target
  return runOnNode24(root, [join(root, file), ...fixed, ...args])
}

process.exitCode = await main()
