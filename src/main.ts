// The main job 主程序: reads the settings, starts the installation on the real world, and waits for
// the signal to stop.

import { fileURLToPath } from 'node:url'
import { systemFiles } from './adapters/files.ts'
import { stdoutLog } from './adapters/log.ts'
import { systemNet } from './adapters/net.ts'
import { StartRefusal } from './adapters/start-refusal.ts'
import { onStopSignal } from './adapters/stop-signals.ts'
import { systemClock, systemIds, systemRng } from './adapters/system.ts'
import { type Config, readConfig } from './config.ts'
import type { CentrePorts } from './start/centre.ts'
import { startInstallation } from './start/installation.ts'

const ports: CentrePorts = {
  clock: systemClock,
  ids: systemIds,
  rng: systemRng,
  net: systemNet,
  files: systemFiles,
  log: stdoutLog,
}
const WEB_ROOT = fileURLToPath(new URL('../dist/web', import.meta.url))

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })

const runInstallation = async (config: Config): Promise<void> => {
  const stopping = new AbortController()
  onStopSignal(() => stopping.abort())
  const installation = await startInstallation(config, ports, WEB_ROOT, stopping.signal)
  const { url, simulator } = installation
  await systemFiles.write(
    `${config.dataDir}/centre.json`,
    `${JSON.stringify({ url, simulator, pid: process.pid })}\n`,
  )
  say(installation.welcome)
  await untilAborted(stopping.signal)
  say('正在停止… / stopping…')
  await installation.stop()
}

const run = async (): Promise<number> => {
  const settings = readConfig(process.argv.slice(2))
  if (!settings.ok) {
    for (const problem of settings.problems) say(`${problem.zh} / ${problem.en}`)
    return 1
  }
  try {
    await runInstallation(settings.config)
    return 0
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error
    for (const notice of error.notices) say(`${notice.zh}\n${notice.en}`)
    return 1
  }
}

process.exitCode = await run()
