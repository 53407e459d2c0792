// What the operating system says of a process id: gone, zombie or running, and what it runs.

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode, orNullOn } from '../error-code.ts'

export type OsProcess = { state: 'gone' | 'zombie' } | { state: 'running'; command: string }

const NO_SUCH_PROCESS = ['ENOENT', 'ESRCH']

const fromProc = async (pid: number): Promise<OsProcess> => {
  const stat = await orNullOn(NO_SUCH_PROCESS, readFile(`/proc/${pid}/stat`, 'utf8'))
  if (stat === null) return { state: 'gone' }
  // The state letter follows the name in brackets, and the name may itself hold brackets.
  const letter = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  if (letter === 'Z' || letter === 'X') return { state: 'zombie' }
  const command = await orNullOn(NO_SUCH_PROCESS, readFile(`/proc/${pid}/cmdline`, 'utf8'))
  if (command === null) return { state: 'gone' }
  return { state: 'running', command: command.replaceAll('\0', ' ').trim() }
}

/** One line of `ps -o stat=,command=`; an empty text where there is no such process. */
export const parsePs = (line: string): OsProcess => {
  const [, state, command] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(line) ?? []
  if (state === undefined || command === undefined) return { state: 'gone' }
  return state.startsWith('Z') ? { state: 'zombie' } : { state: 'running', command }
}

// macOS has no /proc; small containers have no ps.
const fromPs = async (pid: number): Promise<OsProcess> => {
  const args = ['-o', 'stat=,command=', '-p', String(pid)]
  const asked = await promisify(execFile)('ps', args).catch((error: unknown) => {
    if (errorCode(error) === '1') return { stdout: '' }
    throw error
  })
  return parsePs(asked.stdout)
}

export const osProcess = (pid: number): Promise<OsProcess> =>
  process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
