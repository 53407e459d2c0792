import { expect, test } from 'vitest'
import { dataItem } from '../data-ids.ts'
import { bytesOf } from '../example-frames.ts'
import { encodeFrame } from '../frame.ts'
import { valueWords } from '../present.ts'
import {
  METER_EVENTS,
  type MeterEventKind,
  PHASE_EVENTS,
  type PhaseEventKind,
  readEvent,
  readEventCount,
  readPhaseEvent,
  readPhaseEventCounts,
} from './events.ts'

const METER = '202611220001'
const reply = (data: string) => encodeFrame({ address: METER, control: 0x91, data: bytesOf(data) })
const NOON = '00 00 12 22 11 26'
const LATER = '30 05 12 22 11 26'
const AT_NOON = { year: 2026, month: 11, dayOfMonth: 22, hour: 12, minute: 0, second: 0 }
const AT_LATER = { ...AT_NOON, minute: 5, second: 30 }
const OPERATOR = '44 33 22 11'

const isKind = (text: string): text is MeterEventKind => text in METER_EVENTS
const isPhaseKind = (text: string): text is PhaseEventKind => text in PHASE_EVENTS
const KINDS = Object.keys(METER_EVENTS).filter(isKind)

test.each(KINDS)('%s: count and records are in the tables under its own name', (kind) => {
  const { zh, en, record, count } = METER_EVENTS[kind]
  expect(dataItem(`${record}01`)).toMatchObject({ en: `${en}: record, last 1` })
  expect(dataItem(count)?.zh.startsWith(zh)).toBe(true)
  expect(readEvent(METER, kind, 10).label).toBe(`read ${record}0A`)
  expect(readEventCount(METER, kind).label).toBe(`read ${count}`)
})

test.each(Object.keys(PHASE_EVENTS).filter(isPhaseKind))('%s is in the tables by phase', (kind) => {
  const { group, en } = PHASE_EVENTS[kind]
  expect(dataItem(`${group}0201`)).toMatchObject({ en: `${en}, phase B: record, last 1` })
  expect(readPhaseEvent(METER, kind, 2).label).toBe(`read ${group}0201`)
})

const ok = (v: unknown) => ({ kind: 'reply', result: { ok: true, value: v } })

test('programming tells when, who and what', () => {
  const parsed = readEvent(METER, 'programming').parse(
    reply(`01 00 30 03 ${NOON} ${OPERATOR} 01 01 00 04`),
  )
  expect(parsed).toMatchObject(
    ok({ at: AT_NOON, until: null, operatorCode: '11223344', value: { kind: 'record' } }),
  )
  const value =
    parsed.kind === 'reply' && parsed.result.ok ? (parsed.result.value?.value ?? null) : null
  expect(valueWords(value).en).toContain('04000101')
})

test('a clock that was set tells who did it and which time began', () => {
  expect(
    readEvent(METER, 'clockSet').parse(reply(`01 04 30 03 ${OPERATOR} ${LATER} ${NOON}`)),
  ).toMatchObject(ok({ at: AT_NOON, until: null, operatorCode: '11223344' }))
})

test('a cover has its time open, or is open still', () => {
  const energies = '26 00 00 00'
  expect(
    readEvent(METER, 'coverOpened').parse(reply(`01 0D 30 03 ${NOON} ${LATER} ${energies}`)),
  ).toMatchObject(ok({ at: AT_NOON, until: AT_LATER, operatorCode: null }))
  expect(
    readEvent(METER, 'coverOpened').parse(reply(`01 0D 30 03 ${NOON} 00 00 00 00 00 00`)),
  ).toMatchObject(ok({ at: AT_NOON, until: null }))
})

test('a trip and a close have their operator and the energies of that moment', () => {
  for (const [kind, id] of [
    ['trip', '1D'],
    ['close', '1E'],
  ] as const) {
    expect(
      readEvent(METER, kind, 2).parse(reply(`02 FF 00 ${id} ${NOON} ${OPERATOR} 26 00 00 00`)),
    ).toMatchObject(ok({ at: AT_NOON, operatorCode: '11223344' }))
  }
})

test('a phase that lost its voltage', () => {
  expect(
    readPhaseEvent(METER, 'voltageLoss', 1).parse(reply(`01 01 01 03 ${NOON} ${LATER} 00 00`)),
  ).toMatchObject(ok({ at: AT_NOON, until: AT_LATER }))
})

test.each(['00', 'FF'])('a record of %s bytes is no event', (byte) => {
  const empty = Array.from({ length: 12 }, () => byte).join(' ')
  expect(readEvent(METER, 'powerDown').parse(reply(`01 00 11 03 ${empty}`))).toEqual(ok(null))
})

test.each([
  ['month 13', '00 00 12 22 13 26 00 00 12 22 11 26'],
  ['an end that is no time', `${NOON} 00 00 12 22 13 26`],
  ['half a start', '00 00 12'],
])('%s is a bad reply', (_, content) => {
  expect(readEvent(METER, 'powerDown').parse(reply(`01 00 11 03 ${content}`))).toMatchObject({
    result: { ok: false, reason: 'bad-reply' },
  })
})

test('counts come alone, or with minutes, or by phase', () => {
  expect(readEventCount(METER, 'powerDown').parse(reply('00 00 11 03 12 00 00'))).toEqual(ok(12))
  expect(
    readEventCount(METER, 'voltageUnbalance').parse(reply('00 00 09 03 03 00 00 90 00 00')),
  ).toEqual(ok(3))
  expect(
    readPhaseEventCounts(METER, 'voltageLoss').parse(
      reply('00 00 01 03 01 00 00 05 00 00 02 00 00 05 00 00 03 00 00 05 00 00'),
    ),
  ).toEqual(ok([1, 2, 3]))
  expect(readEventCount(METER, 'powerDown').parse(reply('00 00 11 03 12 00'))).toMatchObject({
    result: { reason: 'bad-reply' },
  })
})

test('there are ten records of each kind', () => {
  expect(() => readEvent(METER, 'trip', 11)).toThrow('no event record')
})
