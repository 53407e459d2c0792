// Starting the process that is killed, again and again 收银进程: bundled once per run, so that a start
// costs a tenth of a second and not the loading of every file of the product.

import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { must } from '../../src/shared/assert.ts'
import { type Order, type Setup, type Told, toldFrom } from './cashier-words.ts'

/** Claims of the dead run out within half a minute; what waits longer waits for ever. */
const STUCK_MS = 90_000

export type Program = { entry: string; compiled: string; remove(): void }

export const bundleCashier = async (): Promise<Program> => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-cashier-'))
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: 'test/crash/cashier.ts',
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
    },
    ssr: { noExternal: true, external: ['pg-native'] },
  })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { entry: join(folder, 'cashier.js'), compiled: join(folder, 'compiled'), remove }
}

export class Stuck extends Error {
  override readonly name = 'Stuck'
}

const isDead = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

export class Cashier {
  readonly #program: Program
  readonly #setup: Setup
  #child: ChildProcess | null = null
  #told: ((told: Told) => void) | null = null

  constructor(program: Program, setup: Setup) {
    this.#program = program
    this.#setup = setup
  }

  async #start(): Promise<ChildProcess> {
    const { entry, compiled } = this.#program
    const env = { ...process.env, NODE_COMPILE_CACHE: compiled }
    const child = fork(entry, [JSON.stringify(this.#setup)], {
      stdio: 'inherit',
      env,
      // What the runner of the tests is started with is its own.
      execArgv: [],
    })
    child.on('message', (message) => this.#told?.(toldFrom(message)))
    await new Promise<void>((resolve, reject) => {
      this.#told = () => resolve()
      child.once('exit', (code, signal) => reject(new Error(`no start: ${code} ${signal}`)))
    })
    child.removeAllListeners('exit')
    this.#child = child
    return child
  }

  /** The answer when all that follows has ended, or null when the process died before. */
  async ask(order: Order): Promise<Told | null> {
    const live = this.#child !== null && !isDead(this.#child)
    const child = live ? must(this.#child, 'it lives') : await this.#start()
    const ended = new Promise<Told | null>((resolve, reject) => {
      const stuck = setTimeout(() => reject(new Stuck(JSON.stringify(order))), STUCK_MS)
      const end = (told: Told | null) => {
        clearTimeout(stuck)
        resolve(told)
      }
      this.#told = end
      child.once('exit', () => end(null))
    })
    child.send(order)
    const told = await ended
    child.removeAllListeners('exit')
    if (told?.error) throw new Error(`${told.error} at ${JSON.stringify(order)}`)
    return told
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
  }
}
