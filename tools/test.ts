// `npm test`: every step, one line each, and what failed in full. `--quick` leaves out what is
// slow; names of steps choose among them. What failed is named once more after all the rest, with
// its reason; the last line is `N passed, N failed`.

import { onStopSignal } from '../src/adapters/stop-signals.ts'
import { runInLanes } from './test/lanes.ts'
import { stopRunning } from './test/run-program.ts'
import { LANES, STEPS, type Step } from './test/steps.ts'
import type { Tally } from './test/vitest-report.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`

const chosenSteps = (args: readonly string[]): readonly Step[] => {
  const names = args.filter((arg) => !arg.startsWith('--'))
  if (names.length > 0) return STEPS.filter((step) => names.includes(step.name))
  return args.includes('--quick') ? STEPS.filter((step) => step.quick) : STEPS
}

const runStep = async (step: Step): Promise<Tally> => {
  say(`… ${step.name}`)
  const startedAt = performance.now()
  const result = await step.run((elapsedMs) => say(`… ${step.name} (${seconds(elapsedMs)})`))
  if (result.failed > 0) say(result.output.trimEnd())
  const mark = result.failed > 0 ? '✗' : '✓'
  const counts = `${result.passed} passed, ${result.failed} failed`
  say(`${mark} ${step.name}: ${counts} (${seconds(performance.now() - startedAt)})`)
  return result
}

let stopped = false
onStopSignal(() => {
  stopped = true
  stopRunning()
})

const steps = chosenSteps(process.argv.slice(2))
if (steps.length === 0) say(`steps: ${STEPS.map((step) => step.name).join(' ')}`)
const tallies = await runInLanes(steps, LANES, runStep, () => stopped)
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0)
const complaints = tallies.flatMap((tally) => tally.complaints)
if (complaints.length > 0) say(['', ...complaints].join('\n'))
if (stopped) say('stopped before the end')
say(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 || stopped ? 1 : 0)
