// A real Mosquitto for one test 真实的 Mosquitto: with log-ins, its sessions kept over a restart, and
// its own clients as gateways.

import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { installed } from '../setup/programs.ts'

const run = promisify(execFile)
const HOST = '127.0.0.1'
/** Log-ins of the centre and of a gateway, which must not be the same. */
export const CENTRE = { user: 'centre', password: 'password of the centre' }
export const GATEWAY = { user: 'gateway', password: 'password of the gateway' }

const configuration = (dir: string, port: number): string =>
  [
    `listener ${port} ${HOST}`,
    'allow_anonymous false',
    `password_file ${join(dir, 'passwords')}`,
    'persistence true',
    `persistence_location ${dir}/`,
    // As whoever runs the tests: the folder is readable by nobody else.
    `user ${process.getuid?.() === 0 ? 'root' : 'mosquitto'}`,
    '',
  ].join('\n')

const logIn = (port: number): string[] => [
  ...['-h', HOST, '-p', String(port)],
  ...['-u', GATEWAY.user, '-P', GATEWAY.password, '-q', '1'],
]

export type Mosquitto = {
  readonly port: number
  readonly url: string
  start(): Promise<void>
  /** Ends it as an administrator would, so that it saves its sessions. */
  end(): Promise<void>
  /** `mosquitto_pub`, as a gateway. */
  publish(topic: string, text: string, ...more: string[]): Promise<void>
  /** `mosquitto_sub`, as a gateway: what comes, one message a line. */
  subscribe(topic: string, ...more: string[]): { lines(): string[]; kill(): void }
  remove(): Promise<void>
}

export const createMosquitto = async (): Promise<Mosquitto> => {
  const dir = await mkdtemp(join(tmpdir(), 'prewatt-mosquitto-'))
  const port = await freePort()
  const passwords = join(dir, 'passwords')
  await writeFile(passwords, '', { mode: 0o600 })
  for (const { user, password } of [CENTRE, GATEWAY]) {
    await run(installed('mosquitto_passwd'), ['-b', passwords, user, password])
  }
  await writeFile(join(dir, 'mosquitto.conf'), configuration(dir, port))
  let stop: () => Promise<void> = () => Promise.resolve()
  const children = new Set<() => void>()
  return {
    port,
    url: `mqtt://${HOST}:${port}`,
    start: async () => {
      const child = spawn(installed('mosquitto'), ['-v', '-c', join(dir, 'mosquitto.conf')])
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (text) => {
          output += String(text)
        })
      }
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
      stop = () => {
        child.kill('SIGTERM')
        return ended
      }
      await eventually(() => output.includes('running'))
    },
    end: () => stop(),
    publish: async (topic, text, ...more) => {
      const client = installed('mosquitto_pub')
      await run(client, [...logIn(port), '-t', topic, '-m', text, ...more])
    },
    subscribe: (topic, ...more) => {
      const child = spawn(installed('mosquitto_sub'), [...logIn(port), '-t', topic, ...more])
      let output = ''
      child.stdout.on('data', (text) => {
        output += String(text)
      })
      const kill = () => void child.kill('SIGKILL')
      children.add(kill)
      return { lines: () => output.split('\n').filter(Boolean), kill }
    },
    remove: async () => {
      for (const kill of children) kill()
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
