// Who carries out which kind of command 命令执行: the closed table that a new kind joins. Questions to
// meters are carried out by the bus, not one by one (`read-bus.ts`).

import { runInitialise } from './initialise.ts'
import type { Job } from './job-store.ts'
import type { CommandKind } from './kinds.ts'
import { runPushPrice } from './push-price.ts'
import { runPushSettings } from './push-settings.ts'
import type { RoundEnd, RunnerDeps } from './round.ts'
import { runSetClock } from './set-clock.ts'
import { runSetMode } from './set-mode.ts'

export type Runner = (deps: RunnerDeps, job: Job, round: number) => Promise<RoundEnd>

type Ordered = Exclude<CommandKind, 'read'> | 'initialise'

const RUNNERS: Readonly<Record<Ordered, Runner>> = {
  setMode: runSetMode,
  pushPrice: runPushPrice,
  pushSettings: runPushSettings,
  setClock: runSetClock,
  initialise: runInitialise,
}

const isKind = (kind: string): kind is Ordered => Object.hasOwn(RUNNERS, kind)

/** Null for a kind that this program does not carry out. */
export const runnerOf = (kind: string): Runner | null => (isKind(kind) ? RUNNERS[kind] : null)
