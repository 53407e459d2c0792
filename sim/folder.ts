// The simulator's folder 数据目录: bound to one database's id, held by one live process, and the place
// where the chosen ports are remembered.

import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const Ports = Type.Object({
  boundTo: Type.String(),
  control: Type.Integer(),
  gateways: Type.Record(Type.String(), Type.Integer()),
})
export type Ports = Static<typeof Ports>

const Ready = Type.Object({
  ready: Type.Literal(true),
  control: Type.String(),
  gateways: Type.Array(
    Type.Object({ code: Type.String(), host: Type.String(), port: Type.Integer() }),
  ),
  pid: Type.Integer(),
  boundTo: Type.String(),
})
export type Ready = Static<typeof Ready>

const Lock = Type.Object({ pid: Type.Integer(), born: Type.String() })
type Lock = Static<typeof Lock>

export class FolderRefused extends Error {
  override readonly name = 'FolderRefused'
}

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Absent or half written: both mean "not there yet" to every caller.
    return null
  }
}

/** Through a temporary name, so that a reader sees the old or the new content. */
const writeJson = (path: string, value: unknown): void => {
  const temporary = `${path}.${process.pid}.new`
  writeFileSync(temporary, `${JSON.stringify(value)}\n`, { flush: true })
  renameSync(temporary, path)
}

export const folderOf = (dataDir: string, boundTo: string): string => {
  if (!/^[\w.-]{1,80}$/.test(boundTo)) throw new FolderRefused(`not an id: ${boundTo}`)
  return join(dataDir, `sim-${boundTo}`)
}

/** Makes the folder, or refuses one that belongs to another database. */
export const bindFolder = (folder: string, boundTo: string): Ports => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'ports.json')
  const stored = readJson(path)
  if (!Value.Check(Ports, stored)) {
    if (existsSync(path)) throw new FolderRefused(`${path} is damaged`)
    return { boundTo, control: 0, gateways: {} }
  }
  if (stored.boundTo !== boundTo) {
    throw new FolderRefused(
      `${folder} is bound to database ${stored.boundTo}, not to ${boundTo}: refused`,
    )
  }
  return stored
}

export const keepPorts = (folder: string, ports: Ports): void =>
  writeJson(join(folder, 'ports.json'), ports)

export const keepReady = (folder: string, ready: Ready): void =>
  writeJson(join(folder, 'ready.json'), ready)

export const readReady = (folder: string): Ready | null => {
  const ready = readJson(join(folder, 'ready.json'))
  return Value.Check(Ready, ready) ? ready : null
}

/** When a process was born, as Linux counts it, so that a reused pid is told from the old one. */
const bornAt = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? ''
  } catch {
    // No /proc on this system, or no such process.
    return ''
  }
}

const isAlive = ({ pid, born }: Lock): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return born === bornAt(pid)
}

/**
 * Takes the folder for this process. Returns null, or the pid of the live process that has it.
 * The lock appears with its content in one step; a dead owner's lock is moved away first.
 */
export const takeLock = (folder: string): number | null => {
  const path = join(folder, 'lock')
  const own = join(folder, `lock.${process.pid}`)
  writeFileSync(own, JSON.stringify({ pid: process.pid, born: bornAt(process.pid) }))
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (links(own, path)) return null
      const owner = readJson(path)
      if (Value.Check(Lock, owner) && isAlive(owner)) return owner.pid
      moveAway(path, `${own}.stale`, owner)
    }
    throw new FolderRefused(`${path} can't be taken`)
  } finally {
    rmSync(own, { force: true })
  }
}

const links = (from: string, to: string): boolean => {
  try {
    linkSync(from, to)
    return true
  } catch {
    // Somebody has it; the caller looks who.
    return false
  }
}

/** Moves a dead owner's lock away; puts it back where it turns out to be somebody else's by now. */
const moveAway = (path: string, to: string, dead: unknown): void => {
  try {
    renameSync(path, to)
  } catch {
    // Another starter was quicker; the next attempt sees its lock.
    return
  }
  if (JSON.stringify(readJson(to)) !== JSON.stringify(dead)) links(to, path)
  rmSync(to, { force: true })
}

/** The line of a process that has ended would only mislead. */
export const dropReady = (folder: string): void =>
  rmSync(join(folder, 'ready.json'), { force: true })

export const releaseLock = (folder: string): void => {
  const path = join(folder, 'lock')
  const owner = readJson(path)
  if (Value.Check(Lock, owner) && owner.pid === process.pid) rmSync(path, { force: true })
}
