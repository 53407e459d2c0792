// The simulator as a process of its own 模拟器进程: `node sim/main.ts --data DIR --bound-to ID`. It
// outlives the centre that started it; a second start finds the first one instead of doubling it.

import { parseArgs } from 'node:util'
import { onStopSignal } from '../src/adapters/stop-signals.ts'
import { demoComplex } from '../src/demo/large-complex.ts'
import { DefinitionError, parseDefinition, readDefinition } from './definition.ts'
import {
  bindFolder,
  dropReady,
  FolderRefused,
  folderOf,
  keepReady,
  type Ready,
  readReady,
  releaseLock,
  takeLock,
} from './folder.ts'
import { startSimulatedComplex } from './simulated-complex.ts'

const USAGE =
  'usage: main.ts --data DIR --bound-to ID [--definition FILE | --meters N] ' +
  '[--load N] [--pace N] [--td MS] [--seed N]'
const READY_WAIT_MS = 15_000
const READY_STEP_MS = 50

class UsageError extends Error {}

const numberOr = (text: string | undefined, otherwise: number | undefined): number | undefined => {
  if (text === undefined) return otherwise
  const n = Number(text)
  if (!Number.isFinite(n) || n < 0) throw new UsageError(`not a number: ${text}`)
  return n
}

const options = () => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      'bound-to': { type: 'string' },
      definition: { type: 'string' },
      meters: { type: 'string' },
      load: { type: 'string' },
      pace: { type: 'string' },
      td: { type: 'string' },
      seed: { type: 'string' },
    },
  })
  const { data: dataDir, 'bound-to': boundTo, definition: path } = values
  if (dataDir === undefined || boundTo === undefined) throw new UsageError(USAGE)
  return {
    dataDir,
    boundTo,
    definition:
      path === undefined
        ? parseDefinition(demoComplex(numberOr(values.meters, undefined) ?? null))
        : readDefinition(path),
    load: numberOr(values.load, 1),
    pace: numberOr(values.pace, 1),
    reactionMs: numberOr(values.td, undefined),
    seed: numberOr(values.seed, 1),
  }
}

const say = (ready: Ready): void => {
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}
const complain = (text: string): void => {
  process.stderr.write(`sim: ${text}\n`)
}

/** The ready line of the live process that has the folder; it may be just starting. */
const othersReady = async (folder: string, pid: number): Promise<Ready> => {
  for (let waitedMs = 0; waitedMs < READY_WAIT_MS; waitedMs += READY_STEP_MS) {
    const ready = readReady(folder)
    if (ready !== null && ready.pid === pid) return ready
    await new Promise((resolve) => setTimeout(resolve, READY_STEP_MS))
  }
  throw new FolderRefused(`process ${pid} holds ${folder} but does not get ready`)
}

const main = async (): Promise<void> => {
  const { dataDir, boundTo, ...rest } = options()
  const folder = folderOf(dataDir, boundTo)
  bindFolder(folder, boundTo)
  const owner = takeLock(folder)
  if (owner !== null) {
    say(await othersReady(folder, owner))
    return
  }
  const complex = await startSimulatedComplex({
    ...rest,
    dataDir,
    boundTo,
    onPortLost: (code, port) => complain(`port ${port} of gateway ${code} is taken, using another`),
  })
  const { control, gateways } = complex
  const ready: Ready = { ready: true, control, gateways, pid: process.pid, boundTo }
  keepReady(folder, ready)
  const stop = async () => {
    await complex.stop()
    dropReady(folder)
    releaseLock(folder)
    process.exit(0)
  }
  onStopSignal(() => void stop())
  say(ready)
}

// Whoever started the simulator may be gone: a closed terminal or pipe must not end it.
process.on('SIGHUP', () => {})
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

main().catch((fault: unknown) => {
  const known =
    fault instanceof UsageError ||
    fault instanceof FolderRefused ||
    fault instanceof DefinitionError
  const text = fault instanceof Error ? (known ? fault.message : fault.stack) : String(fault)
  complain(text ?? 'failed')
  process.exit(known ? 2 : 1)
})
