// A day's table as text 时段文字, PURE: as price notices print it (谷 23:00-7:00；峰 8-11、18-21) or as
// list of switches (00:00 谷 08:00 峰); what is left open, told twice or not readable is named.

import type { Period } from '../../../http/contract/plans.ts'
import { BETWEEN, MOMENT, plainTimes, SPAN, WORDS } from '../../text/notice-words.ts'
import { ordered } from '../../ui/lists.ts'
import { DAY_MINUTES } from './bands.ts'

type Switch = { atMinute: number; period: Period }
export type DayTextFault =
  | { kind: 'empty' }
  /** A word or a figure that says nothing here. */
  | { kind: 'unread'; text: string }
  /** Of the day, [fromMinute, toMinute). */
  | { kind: 'gap' | 'overlap'; fromMinute: number; toMinute: number }
export type DayRead = { ok: true; table: Switch[] } | { ok: false; fault: DayTextFault }

type Word = { kind: 'word'; period: Period }
type Span = { kind: 'span'; fromMinute: number; toMinute: number }
type Moment = { kind: 'moment'; atMinute: number }
type Token = Word | Span | Moment

const minutes = (hour = '', minute = '0'): number | null => {
  const at = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && at <= DAY_MINUTES ? at : null
}

type Taken = { length: number; token: Token | null }

const taken = (text: string): Taken | null => {
  const between = BETWEEN.exec(text)
  if (between) return { length: between[0].length, token: null }
  for (const [period, word] of WORDS) {
    const found = word.exec(text)
    if (found) return { length: found[0].length, token: { kind: 'word', period } }
  }
  const span = SPAN.exec(text)
  if (span) {
    const fromMinute = minutes(span[1], span[2])
    const toMinute = minutes(span[3], span[4])
    if (fromMinute === null || toMinute === null) return null
    return { length: span[0].length, token: { kind: 'span', fromMinute, toMinute } }
  }
  const moment = MOMENT.exec(text)
  const atMinute = moment ? minutes(moment[1], moment[2]) : null
  if (!moment || atMinute === null || atMinute === DAY_MINUTES) return null
  return { length: moment[0].length, token: { kind: 'moment', atMinute } }
}

const UNREAD_LENGTH = 12

const tokensOf = (text: string): Token[] | { unread: string } => {
  const tokens: Token[] = []
  let rest = plainTimes(text)
  while (rest !== '') {
    const next = taken(rest)
    if (next === null) return { unread: rest.split('\n', 1)[0]?.slice(0, UNREAD_LENGTH) ?? '' }
    if (next.token) tokens.push(next.token)
    rest = rest.slice(next.length)
  }
  return tokens
}

type Timed = { time: Span | Moment; period: Period }

/** Which word a time belongs to: what the text begins with says on which side words stand. */
const timedOf = (tokens: readonly Token[]): Timed[] | null => {
  const wordsFirst = tokens[0]?.kind === 'word'
  const inOrder = wordsFirst ? tokens : [...tokens].reverse()
  const timed: Timed[] = []
  let period: Period | null = null
  for (const token of inOrder) {
    if (token.kind === 'word') period = token.period
    else if (period === null) return null
    else timed.push({ time: token, period })
  }
  return wordsFirst ? timed : timed.reverse()
}

type Piece = { fromMinute: number; toMinute: number; period: Period }

/** A span that passes over midnight is two pieces of the same day. */
const piecesOf = ({ time, period }: Timed): Piece[] => {
  if (time.kind === 'moment') return []
  const { fromMinute, toMinute } = time
  if (fromMinute < toMinute) return [{ fromMinute, toMinute, period }]
  return [
    { fromMinute, toMinute: DAY_MINUTES, period },
    { fromMinute: 0, toMinute, period },
  ].filter((piece) => piece.fromMinute < piece.toMinute)
}

const ofPieces = (pieces: readonly Piece[]): DayRead => {
  const table: Switch[] = []
  let toldUntil = 0
  for (const { fromMinute, toMinute, period } of ordered(
    pieces,
    (a, b) => a.fromMinute - b.fromMinute,
  )) {
    if (fromMinute > toldUntil)
      return { ok: false, fault: { kind: 'gap', fromMinute: toldUntil, toMinute: fromMinute } }
    if (fromMinute < toldUntil) {
      const until = Math.min(toldUntil, toMinute)
      return { ok: false, fault: { kind: 'overlap', fromMinute, toMinute: until } }
    }
    if (table.at(-1)?.period !== period) table.push({ atMinute: fromMinute, period })
    toldUntil = toMinute
  }
  if (toldUntil === DAY_MINUTES) return { ok: true, table }
  return { ok: false, fault: { kind: 'gap', fromMinute: toldUntil, toMinute: DAY_MINUTES } }
}

const ofMoments = (timed: readonly Timed[]): DayRead => {
  const table = timed.flatMap(({ time, period }) =>
    time.kind === 'moment' ? [{ atMinute: time.atMinute, period }] : [],
  )
  return { ok: true, table: ordered(table, (a, b) => a.atMinute - b.atMinute) }
}

/** Times are spans that fill the day, or moments at which a period begins; not both. */
export const readDay = (text: string): DayRead => {
  const tokens = tokensOf(text)
  if (!Array.isArray(tokens)) return { ok: false, fault: { kind: 'unread', text: tokens.unread } }
  const timed = timedOf(tokens)
  if (timed === null || timed.length === 0) return { ok: false, fault: { kind: 'empty' } }
  const spans = timed.filter(({ time }) => time.kind === 'span')
  if (spans.length === 0) return ofMoments(timed)
  const moment = timed.find(({ time }) => time.kind === 'moment')
  if (moment?.time.kind === 'moment') {
    const minute = String(moment.time.atMinute % 60).padStart(2, '0')
    const word = `${Math.floor(moment.time.atMinute / 60)}:${minute}`
    return { ok: false, fault: { kind: 'unread', text: word } }
  }
  return ofPieces(spans.flatMap(piecesOf))
}
