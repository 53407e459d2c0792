// Where data lie that live as long as a run 测试数据目录: in memory where there is room for them, since
// copying a database is then four times as fast; else where temporary files lie. Durability is
// tested elsewhere, on a disk.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../../src/adapters/error-code.ts'

const MEMORY = '/dev/shm'
/** Three clusters with their logs at a time, and the tests themselves beside them. */
const ROOM_BYTES = 6 * 1024 ** 3

/** The database's programs may have to be copied beside its data, and run there. */
const mayRunProgramsIn = (mount: string): boolean =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .some(([, at, , options]) => at === mount && !options?.split(',').includes('noexec'))

const hasRoom = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= ROOM_BYTES && freemem() >= ROOM_BYTES
}

const memoryWillDo = (): boolean => {
  try {
    return mayRunProgramsIn(MEMORY) && hasRoom(MEMORY)
  } catch {
    // No such folder, or none that we may look at: the disk will do.
    return false
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

const runOf = (name: string): number =>
  Number(/^prewatt-test-(\d+)-/.exec(name)?.[1] ?? process.pid)

/** What killed runs left behind would fill memory for ever. */
const removeLeftovers = (): void => {
  for (const name of readdirSync(MEMORY).filter((each) => !isAlive(runOf(each)))) {
    try {
      rmSync(join(MEMORY, name), { recursive: true, force: true })
    } catch {
      // Somebody else's run: his next one removes it.
    }
  }
}

/** A new folder of the run; whoever asks removes it. */
export const quickFolder = (): string => {
  const inMemory = memoryWillDo()
  if (inMemory) removeLeftovers()
  return mkdtempSync(join(inMemory ? MEMORY : tmpdir(), `prewatt-test-${process.pid}-`))
}
