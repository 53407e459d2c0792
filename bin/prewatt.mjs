#!/usr/bin/env node
// The command `prewatt`, from any Node: Node 24 runs src/prewatt.ts with the same arguments.

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ensureInstalled } from '../tools/bootstrap/install.mjs'
import { runOnNode24 } from '../tools/bootstrap/node24.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const main = async () => {
  try {
    await ensureInstalled(root)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    return 1
  }
  return runOnNode24(root, [join(root, 'src', 'prewatt.ts'), ...process.argv.slice(2)])
}

process.exitCode = await main()
