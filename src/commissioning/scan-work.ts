// A search of a bus, slice by slice 搜表执行: what it remembers is written every second, with how
// far it has come; a stop is obeyed between two questions.

import type { JobState } from '../http/contract/commissioning.ts'
import type { BusLine } from '../metering/bus-line.ts'
import type { MeterModel } from '../metering/meter-model/meter-model.ts'
import {
  type BusScan,
  type FoundDevice,
  type ScanProtocol,
  scanProgress,
  scanStep,
  startScan,
} from '../metering/scan/scan-bus.ts'
import { type Told, traced } from '../metering/scan/trace.ts'
import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { devicesOnBus, type JobMove, type JobRow, saveJob } from './line-job-store.ts'

/** What it costs the line. */
export type LineUse = { exchanges: number; sentBytes: number; heardBytes: number; lineMs: number }

/** In the job's `memory`; written and read by this file alone. */
type Memory = { scan: BusScan; use: LineUse }

/** In the job's `result`. */
export type ScanResult = LineUse & {
  progress: number
  probes: number
  found: FoundDevice[]
  unconfirmed: string[]
  doubled: string[]
}

export type ScanWorkDeps = { db: Db; clock: Clock; models: Iterable<MeterModel> }

const SLICE_MS = 20_000
const SAVE_EVERY_MS = 1_000
const HEX_PER_BYTE = 2

const NO_USE: LineUse = { exchanges: 0, sentBytes: 0, heardBytes: 0, lineMs: 0 }

type Wish = { protocols: ScanProtocol[]; thorough: boolean }

const isWish = (asked: unknown): asked is Wish =>
  typeof asked === 'object' && asked !== null && 'protocols' in asked && 'thorough' in asked
const isMemory = (memory: unknown): memory is Memory =>
  typeof memory === 'object' && memory !== null && 'scan' in memory && 'use' in memory

const resultOf = ({ scan, use }: Memory): ScanResult => ({
  ...use,
  progress: scanProgress(scan),
  probes: (scan.addresses?.probes ?? 0) + (scan.units?.probes ?? 0),
  found: scan.found,
  unconfirmed: [
    ...(scan.addresses?.unconfirmed ?? []),
    ...(scan.units?.unconfirmed ?? []).map(String),
  ],
  doubled: scan.addresses?.doubled ?? [],
})

const inTx = <T>(
  { db }: ScanWorkDeps,
  job: JobRow,
  run: (tx: Parameters<typeof saveJob>[0]) => Promise<T>,
) => db.as(systemScope('commissioning', [job.complexId]), run)

const begin = async (deps: ScanWorkDeps, job: JobRow): Promise<Memory> => {
  if (isMemory(job.memory)) return job.memory
  const wish: Wish = isWish(job.asked) ? job.asked : { protocols: ['dlt645'], thorough: true }
  const devices = await inTx(deps, job, (tx) => devicesOnBus(tx, job))
  const addresses = devices.map(({ address }) => address)
  const known = {
    dlt645: addresses.filter((address) => /^\d{12}$/.test(address)),
    modbus: addresses.filter((address) => /^\d{1,3}$/.test(address)),
  }
  return { scan: startScan({ ...wish, known }, deps.models), use: { ...NO_USE } }
}

const count = (use: LineUse, { sent, heard, tookMs }: Told): LineUse => ({
  exchanges: use.exchanges + 1,
  sentBytes: use.sentBytes + sent.length / HEX_PER_BYTE,
  heardBytes: use.heardBytes + heard.length / HEX_PER_BYTE,
  lineMs: use.lineMs + tookMs,
})

const endOf = ({ scan }: Memory): JobMove =>
  scan.addresses?.end === 'noise' ? { state: 'failed', reason: 'noise' } : { state: 'done' }

export type SliceEnd = 'ended' | 'again'

/** One slice; `again`: there is more to ask, here or by the next master of the gateway. */
export const runScanSlice = async (
  deps: ScanWorkDeps,
  job: JobRow,
  line: BusLine,
  stopping: AbortSignal,
): Promise<SliceEnd> => {
  const { clock, models } = deps
  let memory = await begin(deps, job)
  let { use } = memory
  const bus = traced(clock, line, (told) => {
    use = count(use, told)
  })
  const save = (move: JobMove): Promise<JobState | null> =>
    inTx(deps, job, (tx) => saveJob(tx, job, { ...move, memory, result: resultOf(memory) }))
  const end = async (move: JobMove): Promise<SliceEnd> => {
    await save(move)
    return 'ended'
  }
  const since = clock.mono()
  if ((await save({ state: 'running' })) === 'stopping') return end({ state: 'stopped' })
  let savedAt = clock.mono()
  while (!stopping.aborted && clock.mono() - since < SLICE_MS) {
    const step = await scanStep({ line, models, bus }, memory.scan)
    if (!step.ok) {
      if (step.reason === 'stopped') break
      return end({ state: 'failed', reason: step.reason })
    }
    memory = { scan: step.scan, use }
    if (step.ended) return end(endOf(memory))
    if (clock.mono() - savedAt < SAVE_EVERY_MS) continue
    if ((await save({ state: 'running' })) === 'stopping') return end({ state: 'stopped' })
    savedAt = clock.mono()
  }
  await save({ state: 'running' })
  return 'again'
}
