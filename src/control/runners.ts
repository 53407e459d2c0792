// Who carries out which kind of command 命令执行: the closed table that a new kind joins.

import type { Job } from './job-store.ts'
import type { CommandKind } from './kinds.ts'
import { runRead } from './read-meter.ts'
import type { RoundEnd, RunnerDeps } from './round.ts'
import { runSetMode } from './set-mode.ts'

export type Runner = (deps: RunnerDeps, job: Job, round: number) => Promise<RoundEnd>

const RUNNERS: Readonly<Record<CommandKind, Runner>> = { setMode: runSetMode, read: runRead }

const isKind = (kind: string): kind is CommandKind => Object.hasOwn(RUNNERS, kind)

/** Null for a kind that this program does not carry out. */
export const runnerOf = (kind: string): Runner | null => (isKind(kind) ? RUNNERS[kind] : null)
