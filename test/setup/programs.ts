// Where the programs of other people are 外部程序 that tests run against: browsers, serial servers,
// brokers, Modbus tools.

import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Servers live where an ordinary user's PATH does not look. */
const FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin']

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Not there, or not for us: both mean to look further.
    return false
  }
}

/** Path of the first of these programs that is installed, or null. */
export const programPath = (...names: readonly string[]): string | null => {
  const folders = [...FOLDERS, ...(process.env.PATH ?? '').split(delimiter)]
  return folders.flatMap((dir) => names.map((name) => join(dir, name))).find(isExecutable) ?? null
}

/** Path of a program that the test run has installed; throws where it has not. */
export const installed = (name: string): string => {
  const path = programPath(name)
  if (path === null) throw new Error(`${name} is not installed: npm test -- packages says how`)
  return path
}

/** Debian's own Python, which alone sees Debian's modules. */
export const DEBIAN_PYTHON = '/usr/bin/python3'

export const hasPythonModule = (name: string): boolean =>
  spawnSync(DEBIAN_PYTHON, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0
