// Processes of the polling benchmark 测试进程: each on a core of its own where the machine allows it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const canPin = spawnSync('taskset', ['-V']).status === 0

export type Started = { message: unknown; child: ChildProcess }

export type Where = {
  /** Null: wherever there is room. */
  core: number | null
  /** For Node, beside those that every program gets. */
  flags?: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** Starts a program of this folder and waits for its first message. */
export const startProgram = (
  file: string,
  args: readonly string[],
  { core, flags = [], env = {} }: Where,
): Promise<Started> => {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const command = [process.execPath, '--expose-gc', ...flags, path]
  const pinned = canPin && core !== null ? ['taskset', '-c', `${core}`, ...command] : command
  const [program = '', ...rest] = [...pinned, ...args]
  const child = spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  })
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ message, child }))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)))
  })
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** The value below which so much of all lies. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
