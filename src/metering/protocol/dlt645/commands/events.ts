// Reading event records 读事件记录: what the meter itself noted, newest first. The head (when, who)
// is typed; what follows differs by maker and comes as a `Value` of the identifier tables.

import { assert, must } from '../../../../shared/assert.ts'
import type { LocalTime } from '../../../../shared/clock.ts'
import { type Words, words } from '../../../../shared/words.ts'
import { badReply } from '../../fault.ts'
import { answered, type Reply } from '../../request.ts'
import { decodeTime } from '../calendar.ts'
import { dataItem } from '../data-ids.ts'
import { bcdNumber, digitsOf, isBlank } from '../digits.ts'
import type { Dlt645Request } from '../exchange.ts'
import { decodeValue, type Value } from '../value.ts'
import { READ_BYTES_MAX, readContent } from './read.ts'

/** operated: time, operator. span: start, end. clock: operator, before, after. */
type Head = 'operated' | 'span' | 'clock'
type Source = Words & { record: string; count: string; head: Head }

const source = (
  record: string,
  head: Head,
  zh: string,
  en: string,
  count = `${record}00`,
): Source => ({ record, count, head, ...words(zh, en) })

export const METER_EVENTS = {
  programming: source('033000', 'operated', '编程', 'programming'),
  meterClear: source('033001', 'operated', '电表清零', 'meter clear'),
  demandClear: source('033002', 'operated', '需量清零', 'demand clear'),
  eventClear: source('033003', 'operated', '事件清零', 'event clear'),
  clockSet: source('033004', 'clock', '校时', 'clock set'),
  dayTableChange: source('033005', 'operated', '时段表编程', 'day table change'),
  zoneTableChange: source('033006', 'operated', '时区表编程', 'zone table change'),
  weekendChange: source('033007', 'operated', '周休日编程', 'weekend change'),
  settlementDayChange: source('03300C', 'operated', '结算日编程', 'settlement day change'),
  coverOpened: source('03300D', 'span', '开表盖', 'meter cover opened'),
  terminalCoverOpened: source('03300E', 'span', '开端钮盖', 'terminal cover opened'),
  priceChange: source('03300F', 'operated', '费率电价编程', 'tariff price change'),
  tierTableChange: source('033010', 'operated', '阶梯表编程', 'tier table change'),
  keyUpdate: source('033012', 'operated', '密钥更新', 'key update'),
  allVoltagesLost: source('030500', 'span', '全失压', 'loss of all voltages'),
  auxiliarySupplyLost: source('030600', 'span', '辅助电源失电', 'auxiliary supply lost'),
  voltageSequence: source('030700', 'span', '电压逆相序', 'voltage phase sequence'),
  currentSequence: source('030800', 'span', '电流逆相序', 'current phase sequence'),
  voltageUnbalance: source('030900', 'span', '电压不平衡', 'voltage unbalance'),
  currentUnbalance: source('030A00', 'span', '电流不平衡', 'current unbalance'),
  powerDown: source('031100', 'span', '掉电', 'power down'),
  trip: source('1D00FF', 'operated', '拉闸', 'trip', '1D000001'),
  close: source('1E00FF', 'operated', '合闸', 'close', '1E000001'),
} as const satisfies Record<string, Source>

export type MeterEventKind = keyof typeof METER_EVENTS

export const PHASE_EVENTS = {
  voltageLoss: { group: '0301', zh: '失压', en: 'voltage loss' },
  underVoltage: { group: '0302', zh: '欠压', en: 'under-voltage' },
  overVoltage: { group: '0303', zh: '过压', en: 'over-voltage' },
  phaseLost: { group: '0304', zh: '断相', en: 'phase lost' },
  currentLoss: { group: '030B', zh: '失流', en: 'current loss' },
  overCurrent: { group: '030C', zh: '过流', en: 'over-current' },
  currentCut: { group: '030D', zh: '断流', en: 'current cut' },
  powerReversed: { group: '030E', zh: '潮流反向', en: 'power reversed' },
  overload: { group: '030F', zh: '过载', en: 'overload' },
} as const satisfies Record<string, Words & { group: string }>

export type PhaseEventKind = keyof typeof PHASE_EVENTS

export type MeterEvent = {
  at: LocalTime
  /** For events that last; null while one still does. */
  until: LocalTime | null
  /** Eight digits, for what a person did; null otherwise. */
  operatorCode: string | null
  /** All fields, for people. */
  value: Value
}

const MOMENT_BYTES = 6
const OPERATOR_BYTES = 4
const RECORDS_MAX = 10

const moment = (bytes: Buffer): LocalTime | null => decodeTime('YYMMDDhhmmss', bytes)

type EventHead = { at: LocalTime; until: LocalTime | null; operatorCode: string | null }

const headOf = (head: Head, content: Buffer): EventHead | null => {
  const piece = (from: number, size: number) => content.subarray(from, from + size)
  if (head === 'span') {
    const at = moment(piece(0, MOMENT_BYTES))
    const end = piece(MOMENT_BYTES, MOMENT_BYTES)
    const until = moment(end)
    const over = until !== null || isBlank(end)
    return at === null || !over ? null : { at, until, operatorCode: null }
  }
  // Who set the clock comes first; the event is when the new time began.
  const operatorAt = head === 'clock' ? 0 : MOMENT_BYTES
  const timeAt = head === 'clock' ? OPERATOR_BYTES + MOMENT_BYTES : 0
  const at = moment(piece(timeAt, MOMENT_BYTES))
  const operator = piece(operatorAt, OPERATOR_BYTES)
  if (at === null || operator.length !== OPERATOR_BYTES) return null
  return { at, until: null, operatorCode: digitsOf(operator) }
}

const readRecord = (address: string, id: string, head: Head): Dlt645Request<MeterEvent | null> => {
  const item = must(dataItem(id), 'an event in the tables')
  return readContent(address, {
    id,
    contentMax: READ_BYTES_MAX,
    read: (content): Reply<MeterEvent | null> => {
      if (isBlank(content)) return answered(null)
      const known = headOf(head, content)
      const value = decodeValue(item.format, content)
      return known === null || value === null ? badReply(content) : answered({ ...known, value })
    },
  })
}

const assertBack = (back: number): void =>
  assert(Number.isInteger(back) && back >= 1 && back <= RECORDS_MAX, `no event record ${back}`)

const hexByte = (n: number): string => n.toString(16).toUpperCase().padStart(2, '0')

/** The event `back` events ago, 1 = the newest; null where there is none. */
export const readEvent = (
  address: string,
  kind: MeterEventKind,
  back = 1,
): Dlt645Request<MeterEvent | null> => {
  assertBack(back)
  const { record, head } = METER_EVENTS[kind]
  return readRecord(address, `${record}${hexByte(back)}`, head)
}

/** An event of one phase. */
export const readPhaseEvent = (
  address: string,
  kind: PhaseEventKind,
  phase: 1 | 2 | 3,
  back = 1,
): Dlt645Request<MeterEvent | null> => {
  assertBack(back)
  return readRecord(address, `${PHASE_EVENTS[kind].group}0${phase}${hexByte(back)}`, 'span')
}

const COUNT_BYTES = 3

const countOf = (content: Buffer, at: number): number | null => {
  const piece = content.subarray(at, at + COUNT_BYTES)
  const count = piece.length === COUNT_BYTES ? bcdNumber(piece) : 'malformed'
  return count === 'malformed' ? null : count
}

/** How often it has happened: a count that moved says that there are records to read. */
export const readEventCount = (address: string, kind: MeterEventKind): Dlt645Request<number> =>
  readContent(address, {
    id: METER_EVENTS[kind].count,
    // Events that last also tell for how many minutes, after the count.
    contentMax: 2 * COUNT_BYTES,
    read: (content) => {
      const count = countOf(content, 0)
      const sized = content.length === COUNT_BYTES || content.length === 2 * COUNT_BYTES
      return count === null || !sized ? badReply(content) : answered(count)
    },
  })

/** How often it has happened on phases A, B, C. */
export const readPhaseEventCounts = (
  address: string,
  kind: PhaseEventKind,
): Dlt645Request<readonly number[]> =>
  readContent(address, {
    id: `${PHASE_EVENTS[kind].group}0000`,
    contentMax: 6 * COUNT_BYTES,
    read: (content) => {
      const counts = [0, 1, 2].map((phase) => countOf(content, 2 * COUNT_BYTES * phase))
      const known = counts.filter((count) => count !== null)
      const sized = content.length === 6 * COUNT_BYTES
      return known.length === 3 && sized ? answered(known) : badReply(content)
    },
  })
