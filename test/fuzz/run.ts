// The fuzzing run 模糊测试: dirt, then a good answer, then once more after silence, into the reader and
// the parser of one request; counts what comes out and keeps what must not.

import type { Request } from '../../src/metering/protocol/request.ts'
import { lineDirt, pieces, type Random, wholeDirt } from './dirt.ts'

export type FuzzCase = {
  request: Request<unknown>
  /** A good answer, and what it says. */
  answer: Buffer
  result: unknown
  /** Good frames that are no answer to this request. */
  others: readonly Buffer[]
}

export type FuzzProtocol = {
  make(r: Random): FuzzCase
  starts: Buffer
  /** The check of the protocol, done plainly: whether bytes are a good frame. */
  isGood(raw: Buffer): boolean
  /** Whether the protocol has a check of its own; without one what arrives is what was sent. */
  checked: boolean
}

export type FuzzReport = {
  cases: number
  /** Answers found with the dirt before them, and the second time after silence. */
  foundAtOnce: number
  foundAfterSilence: number
  /** Replies from bytes nobody sent as an answer, and whose check is right by accident. */
  accidents: number
  /** What must not happen, in words. */
  wrong: string[]
}

const WRONG_MAX = 5

const frames = (one: FuzzCase, chunks: readonly Buffer[], silence: boolean) => {
  const reader = one.request.reader()
  const read = (list: readonly Buffer[], idle: boolean): Buffer[] => {
    const out = list.flatMap((chunk) => reader.push(chunk))
    return [...out, ...(idle ? reader.idle() : [])].flatMap((p) =>
      p.kind === 'frame' ? [p.raw] : [],
    )
  }
  return { first: read(chunks, silence), again: () => read([one.answer], false) }
}

const judge = (one: FuzzCase, raw: Buffer, p: FuzzProtocol, report: FuzzReport): void => {
  const wrong = (what: string) => {
    if (report.wrong.length < WRONG_MAX) {
      report.wrong.push(`${what}: ${one.request.label} ${raw.toString('hex')}`)
    }
  }
  if (!p.isGood(raw)) wrong('a frame with a wrong check')
  const parsed = one.request.parse(raw)
  if (raw.equals(one.answer)) {
    const said = parsed.kind === 'reply' ? JSON.stringify(parsed.result) : parsed.kind
    if (said !== JSON.stringify(one.result)) wrong(`read ${said}`)
  } else if (one.others.some((other) => other.equals(raw))) {
    if (parsed.kind === 'reply') wrong('took what is not ours')
  } else if (parsed.kind === 'reply' && parsed.result.ok) {
    report.accidents += 1
  }
}

const attempt = (r: Random, p: FuzzProtocol, report: FuzzReport): void => {
  const one = p.make(r)
  const dirt = p.checked ? lineDirt : wholeDirt
  const before = Array.from({ length: r.below(3) + 1 }, () =>
    dirt(r, { answer: one.answer, others: one.others, starts: p.starts }),
  )
  const { first, again } = frames(one, pieces(r, Buffer.concat([...before, one.answer])), true)
  for (const raw of first) judge(one, raw, p, report)
  if (first.some((raw) => raw.equals(one.answer))) report.foundAtOnce += 1
  if (again().some((raw) => raw.equals(one.answer))) report.foundAfterSilence += 1
  // The parser alone, with what no reader would give it.
  for (const raw of before) {
    const parsed = one.request.parse(raw)
    if (parsed.kind === 'reply' && !p.isGood(raw)) report.wrong.push('parsed a bad frame')
  }
  report.cases += 1
}

export const fuzz = (r: Random, p: FuzzProtocol, cases: number): FuzzReport => {
  const report: FuzzReport = {
    cases: 0,
    foundAtOnce: 0,
    foundAfterSilence: 0,
    accidents: 0,
    wrong: [],
  }
  for (let i = 0; i < cases; i++) attempt(r, p, report)
  return report
}
