import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../test/free-port.ts'
import { Master } from './master.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const ONE = '202611220001'
const CUSTOMER = '000000123456'
const DEFINITION = {
  gateways: [{ code: 'A' }],
  meters: [
    {
      address: ONE,
      gateway: 'A',
      preamble: 0,
      load: 'round-the-clock',
      ratedW: 90_000_000,
      found: { customerNo: CUSTOMER, purchaseCount: 0, balanceFen: 50_000_000 },
    },
  ],
}

type Ready = {
  control: string
  gateways: { code: string; port: number }[]
  pid: number
}
type Witness = { purchaseCount: number; credits: { amountFen: number }[]; energyWh: number }

let dataDir = ''
let children: ChildProcess[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sim-'))
  writeFileSync(join(dataDir, 'definition.json'), JSON.stringify(DEFINITION))
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  rmSync(dataDir, { recursive: true, force: true })
})

const run = (...more: string[]) => {
  const definition = join(dataDir, 'definition.json')
  const args = [MAIN, '--data', dataDir, '--definition', definition, '--pace', '0', ...more]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

const isReady = (value: unknown): value is Ready =>
  typeof value === 'object' && value !== null && 'ready' in value
const isWitness = (value: unknown): value is Witness =>
  typeof value === 'object' && value !== null && 'credits' in value

const readyOf = async (child: ChildProcess): Promise<Ready> => {
  const line = child.stdout === null ? [] : await once(child.stdout, 'data')
  const value: unknown = JSON.parse(String(line[0]))
  if (!isReady(value)) throw new Error(`not ready: ${line}`)
  return value
}
const start = async () => {
  const child = run('--bound-to', 'db1')
  return { child, ready: await readyOf(child) }
}
const witnessOf = async ({ control }: Ready): Promise<Witness> => {
  const value: unknown = await (await fetch(`${control}/meters/${ONE}`)).json()
  if (!isWitness(value)) throw new Error('no witness')
  return value
}
const kill = async (child: ChildProcess, signal: NodeJS.Signals) => {
  const gone = once(child, 'exit')
  child.kill(signal)
  return (await gone)[0]
}
const dial = ({ gateways }: Ready) => Master.dial(gateways[0]?.port ?? 0)

describe('kill -9', () => {
  test('never loses a credit that was answered, and never takes one back', {
    timeout: 120_000,
  }, async () => {
    let lowest = 0
    let energyBefore = ''
    for (let round = 1; round <= 4; round++) {
      const { child, ready } = await start()
      const master = await dial(ready)
      const { purchaseCount, credits } = await witnessOf(ready)
      expect(purchaseCount).toBeGreaterThanOrEqual(lowest)
      expect(credits).toHaveLength(purchaseCount)
      const energy = (await master.read(ONE, '00010000')) ?? ''
      expect(energy >= energyBefore).toBe(true)

      const credit = { amountFen: 100, count: purchaseCount + 1, customerNo: CUSTOMER }
      const random2 = await master.authenticate(ONE)
      const frame = Master.credit(ONE, random2, credit)
      if (round % 2 === 1) {
        // Killed the moment the answer is here.
        expect((await master.ask(frame))?.control).toBe(0x83)
        lowest = purchaseCount + 1
      } else {
        // Killed with the request on its way: it may count or not, but nothing else may happen.
        master.send(frame)
        lowest = purchaseCount
      }
      energyBefore = energy
      await kill(child, 'SIGKILL')
    }
    const { ready } = await start()
    const { purchaseCount, credits } = await witnessOf(ready)
    expect([lowest, lowest + 1]).toContain(purchaseCount)
    expect(credits).toHaveLength(purchaseCount)
  })
})

describe('the process', () => {
  test('a second start finds the first and leaves it alone', async () => {
    const { ready } = await start()
    const second = run('--bound-to', 'db1')
    const exited = once(second, 'exit')
    expect(await readyOf(second)).toEqual(ready)
    expect((await exited)[0]).toBe(0)
    expect(JSON.parse(readFileSync(join(dataDir, 'sim-db1', 'ready.json'), 'utf8'))).toEqual(ready)
  })

  test('starts again on its ports after a kill and after a proper end', {
    timeout: 120_000,
  }, async () => {
    // From where the kernel gives none away: while nobody listens, nobody gets them.
    const [control, gateway] = [await freePort(), await freePort()]
    const ports = { boundTo: 'db1', control, gateways: { A: gateway } }
    mkdirSync(join(dataDir, 'sim-db1'))
    writeFileSync(join(dataDir, 'sim-db1', 'ports.json'), JSON.stringify(ports))
    const first = await start()
    expect(first.ready.gateways).toMatchObject([{ port: gateway }])
    await kill(first.child, 'SIGKILL')
    const second = await start()
    expect(second.ready.gateways).toEqual(first.ready.gateways)
    expect(await kill(second.child, 'SIGTERM')).toBe(0)
    const third = await start()
    expect(third.ready).toEqual({ ...first.ready, pid: third.child.pid })
  })

  test('goes on when its parent closes the pipes', async () => {
    const { child, ready } = await start()
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
    child.kill('SIGHUP')
    expect((await witnessOf(ready)).purchaseCount).toBe(0)
    const master = await dial(ready)
    expect(await master.read(ONE, '04000401')).toBe(ONE)
    master.close()
  })

  test.each([
    ['no id', [], 'usage:'],
    ['an id that is no name', ['--bound-to', '../etc'], 'not an id'],
    ['a load that is no number', ['--bound-to', 'x', '--load', 'much'], 'not a number: much'],
  ])('refuses %s with one line', async (_name, args, words) => {
    const child = run(...args)
    const [text] = child.stderr === null ? [''] : await once(child.stderr, 'data')
    expect(String(text)).toContain(words)
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe(2)
  })
})
