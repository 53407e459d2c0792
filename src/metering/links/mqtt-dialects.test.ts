import { expect, test } from 'vitest'
import { instant } from '../../shared/clock.ts'
import { parseExactJson } from './frames/exact-json.ts'
import { acrelDomesticDialect } from './mqtt-acrel-domestic.ts'
import { acrelOverseasDialect } from './mqtt-acrel-overseas.ts'
import type { Dialect, Heard } from './mqtt-dialect.ts'
import { prewattDialect } from './mqtt-prewatt.ts'

const NOW = instant(Date.UTC(2025, 0, 1, 4, 30))
const context = { sn: 'G1', zone: 'Asia/Shanghai', now: NOW }
const hear = (dialect: Dialect, topic: string, json: string, retained = false): Heard =>
  dialect.hear({ topic, payload: Buffer.from(json), retained }, context)
const answerOf = (heard: Heard): unknown =>
  'answer' in heard && heard.answer
    ? { topic: heard.answer.topic, ...JSON.parse(heard.answer.payload.toString()) }
    : null

test.each([
  ['1', 1],
  ['-0', -0],
  ['9007199254740991', 9_007_199_254_740_991],
  ['9007199254740993', '9007199254740993'],
  ['1.10', '1.10'],
  ['1e3', '1e3'],
  ['"x"', 'x'],
  ['{"a":[0.1]}', { a: ['0.1'] }],
  ['{', undefined],
  ['', undefined],
  ['1 2', undefined],
  ['NaN', undefined],
])('JSON %s is read as %j, without rounding', (text, value) => {
  expect(parseExactJson(Buffer.from(text))).toEqual(value)
})

test.each([
  ['no UTF-8', Buffer.of(0x22, 0xff, 0x22)],
  ['too long', Buffer.from(`"${'x'.repeat(300_000)}"`)],
  ['nested without end', Buffer.from('['.repeat(100_000))],
])('JSON that is %s is refused', (_, payload) => {
  expect(parseExactJson(payload)).toBeUndefined()
})

const up = (meters: string, more = ''): Heard =>
  hear(prewattDialect, 'prewatt/G1/up', `{"msgid":"7"${more},"meters":[${meters}]}`)
const valuesOf = (values: string): unknown => {
  const heard = up(`{"addr":"3","values":{${values}}}`)
  if (heard.kind !== 'report') return heard.kind
  return heard.readings[0]?.reading ?? 'refused'
}

test('a report of our convention brings readings to buses, and is answered with its number', () => {
  const heard = up(
    `{"addr":"000000000017","values":{"energyWh":120000,"tariffsWh":[1,2,null,3]}},
     {"bus":2,"addr":5,"ts":1735705800000,"values":{"remainingYuan":"12.50","purchaseCount":3}}`,
    ',"ts":"2025-01-01T12:00:00+08:00"',
  )
  expect(heard).toMatchObject({
    kind: 'report',
    id: '7',
    refused: 0,
    readings: [
      {
        bus: 1,
        reading: {
          address: '000000000017',
          energyWh: 120_000,
          tariffsWh: [1, 2, null, 3],
          deviceAt: Date.UTC(2025, 0, 1, 4),
        },
      },
      {
        bus: 2,
        reading: {
          address: '5',
          energyWh: null,
          remainingFen: 1_250,
          purchaseCount: 3,
          deviceAt: 1_735_705_800_000,
        },
      },
    ],
  })
  expect(answerOf(heard)).toEqual({
    topic: 'prewatt/G1/ack',
    msgid: '7',
    res: 1,
    stored: 2,
    refused: 0,
  })
})

test.each([
  ['"energyKwh":1.005', { energyWh: 1_005 }],
  ['"energyKwh":"120.00"', { energyWh: 120_000 }],
  ['"energyKwh":7', { energyWh: 7_000 }],
  ['"energyWh":7000,"energyKwh":7.0', { energyWh: 7_000 }],
  ['"energyWh":0', { energyWh: 0 }],
  ['"tariffsKwh":[0.1,null,2]', { tariffsWh: [100, null, 2_000] }],
  ['"powerKw":-1.5', { powerW: -1_500 }],
  ['"remainingYuan":-0.5', { remainingFen: -50 }],
])('values %s are read exactly', (values, reading) => {
  expect(valuesOf(values)).toMatchObject(reading)
})

test.each([
  '"energyWh":1.5',
  '"energyWh":-1',
  '"energyWh":"1"',
  '"energyWh":9007199254740993',
  '"energyWh":1e3',
  '"energyWh":null',
  '"energyWh":true',
  '"energyKwh":"1,5"',
  '"energyKwh":1e2',
  '"energyKwh":-0.1',
  '"energyWh":7001,"energyKwh":7.0',
  '"tariffsWh":[1,2,3,4,5,6]',
  '"tariffsWh":[1.5]',
  '"tariffsKwh":["x"]',
  '"tariffsWh":[1],"tariffsKwh":[1]',
  '"remainingYuan":0.001',
  '"purchaseCount":-1',
  '"other":1',
  '',
])('a meter with values {%s} is refused whole', (values) => {
  expect(valuesOf(values)).toBe('refused')
})

test('a meter that is refused takes no other with it', () => {
  const heard = up('{"addr":"1","values":{"energyWh":-1}},{"addr":"2","values":{"energyWh":2}}')
  expect(heard).toMatchObject({ refused: 1, readings: [{ reading: { address: '2' } }] })
  expect(answerOf(heard)).toMatchObject({ stored: 1, refused: 1 })
})

test.each(['"1970-01-01T00:00:00Z"', '0', '"2025-01-01T00:00:00"', '"soon"', '99999999999999'])(
  'a gateway whose clock says %s does not know the time',
  (ts) => {
    const heard = up(`{"addr":"1","ts":${ts},"values":{"energyWh":2}}`)
    expect(heard).toMatchObject({ readings: [{ reading: { deviceAt: null, energyWh: 2 } }] })
  },
)

test.each([
  ['no number', '{"meters":[]}'],
  ['no meters', '{"msgid":1}'],
  ['a list', '[]'],
  ['no JSON', 'energy'],
  ['too many meters', `{"msgid":1,"meters":[${Array(1_001).fill(1).join()}]}`],
])('a report that is %s is not understood', (_, json) => {
  expect(hear(prewattDialect, 'prewatt/G1/up', json)).toEqual({ kind: 'nothing' })
})

test.each([
  ['online', false, { kind: 'alive', answer: null }],
  ['online', true, { kind: 'alive', answer: null }],
  ['offline', true, { kind: 'offline' }],
  ['', false, { kind: 'nothing' }],
])('status %j (retained: %s) is understood', (status, retained, heard) => {
  expect(hear(prewattDialect, 'prewatt/G1/status', status, retained)).toEqual(heard)
})

test('a report kept by the broker is no news', () => {
  const json = '{"msgid":1,"meters":[{"addr":"1","values":{"energyWh":1}}]}'
  expect(hear(prewattDialect, 'prewatt/G1/up', json, true)).toEqual({ kind: 'nothing' })
})

test.each([
  ['{"msgid":"a-1","res":1,"frame":"0103"}', { id: 'a-1', bytes: Buffer.of(1, 3) }],
  ['{"msgid":"a-1","res":0,"errcode":"timeout"}', { id: 'a-1', bytes: null }],
  ['{"msgid":"a-1","frame":"010"}', { id: 'a-1', bytes: null }],
])('the answer %s belongs to its question', (json, passage) => {
  expect(hear(prewattDialect, 'prewatt/G1/answer', json)).toEqual({ kind: 'passage', ...passage })
})

const PASSAGE = {
  id: 'r-1',
  bus: 2,
  frame: Buffer.of(0x68, 0x16),
  now: NOW,
  expiresAt: instant(NOW + 10_000),
}

test('a frame goes out with its bus, its number and its end', () => {
  const order = prewattDialect.ask(PASSAGE, 'G1', null)
  expect(order?.topic).toBe('prewatt/G1/down')
  expect(JSON.parse(order?.payload.toString() ?? '')).toEqual({
    msgid: 'r-1',
    method: 'transport',
    bus: 2,
    frame: '6816',
    ts: '2025-01-01T04:30:00.000Z',
    expiresAt: '2025-01-01T04:30:10.000Z',
  })
})

test.each([
  [
    'log-in',
    '{"msgid":567,"method":"login","sn":"G1","timestamp":1}',
    { topic: 'sys/server/P/G1', msgid: 567, method: 'login', sn: 'G1', res: 1, timestamp: NOW },
  ],
  [
    'question for the time',
    '{"msgid":"t","method":"time","sn":"G1"}',
    {
      topic: 'sys/server/P/G1',
      msgid: 't',
      method: 'time',
      sn: 'G1',
      res: 1,
      timestamp: NOW,
      payload: { time: '20250101123000' },
    },
  ],
])('a %s of the platform inside China is answered', (_, json, answer) => {
  const heard = hear(acrelDomesticDialect, 'sys/dev/P/G1', json)
  expect(heard.kind).toBe('alive')
  expect(answerOf(heard)).toEqual(answer)
})

test('a report of the platform inside China is read exactly', () => {
  const json = `{"msgid":1,"method":"update","sn":"G1","time":"20250101123000",
    "reported":{"12204154140174":{"EPI":120.35,"EPIJ":"0.05","EPISG":0.3,"Ua":221.3}}}`
  expect(hear(acrelDomesticDialect, 'data/up/P/G1', json)).toMatchObject({
    kind: 'report',
    id: '1',
    readings: [
      {
        bus: 1,
        reading: {
          address: '12204154140174',
          energyWh: 120_350,
          tariffsWh: [50, null, null, null, 300],
          deviceAt: NOW,
        },
      },
    ],
  })
})

test.each(['"x"', '-1', '{}', 'true'])('an EPI that is %s is no energy', (epi) => {
  const json = `{"msgid":1,"method":"data","payload":[{"addr":"1","EPI":${epi}}]}`
  expect(hear(acrelDomesticDialect, 'sys/dev/P/G1', json)).toMatchObject({
    readings: [],
    refused: 1,
  })
})

test('a message of another gateway on this topic is not believed', () => {
  const json = '{"msgid":1,"method":"login","sn":"G2"}'
  expect(hear(acrelDomesticDialect, 'sys/dev/P/G1', json)).toEqual({ kind: 'nothing' })
  const foreign = '{"type":"login","gwSN":"G2"}'
  expect(hear(acrelOverseasDialect, '/gw/acrelHW/P/login/G1', foreign).kind).toBe('nothing')
})

test('a log-in of the platform outside China is answered as documented', () => {
  const json = '{"type":"login","gwSN":"G1","time":"20250101123000","ver":"1","rssi":20}'
  const heard = hear(acrelOverseasDialect, '/gw/acrelHW/AWT100/login/G1', json)
  expect(answerOf(heard)).toEqual({
    topic: '/server/acrelHW/AWT100/login/G1',
    type: 'login',
    res: 1,
  })
})

test.each([
  ['"meterSN":"12109132830004","wh":8.98,"ch":0', ['12109132830004', 8_980]],
  ['"meterSN":"12109132830004","wh":8.98,"ch":3', ['12109132830004-3', 8_980]],
  ['"meterSN":"1","wh":8.98,"meterStatus":"missing"', null],
  ['"meterSN":"1","wh":8.98e0', null],
  ['"meterSN":"1"', null],
])('a report {%s} of the platform outside China is %j', (fields, expected) => {
  const json = `{"type":"data","time":"20250101123000","gwSN":"G1",${fields}}`
  const heard = hear(acrelOverseasDialect, '/gw/acrelHW/AWT100/data/G1', json)
  const found = heard.kind === 'report' ? heard.readings : []
  expect(found.map(({ reading }) => [reading.address, reading.energyWh])).toEqual(
    expected ? [expected] : [],
  )
})

test.each([
  ['inside', acrelDomesticDialect, 'sys/dev/P/G1', 'indicate/server/P/G1'],
  ['outside', acrelOverseasDialect, '/gw/acrelHW/P/login/G1', '/server/acrelHW/P/transport/G1'],
])('frames for the platform %s China go where its product was heard', (_, dialect, from, to) => {
  expect(dialect.ask(PASSAGE, 'G1', null)).toBeNull()
  expect(dialect.ask(PASSAGE, 'G1', from)?.topic).toBe(to)
})

test.each([
  ['sys/dev/P/G1', acrelDomesticDialect],
  ['data/up/P/G1', acrelDomesticDialect],
  ['/gw/acrelHW/P/data/G1', acrelOverseasDialect],
  ['prewatt/G1/up', prewattDialect],
])('the topic %s names its gateway in one dialect only', (topic, dialect) => {
  for (const one of [prewattDialect, acrelDomesticDialect, acrelOverseasDialect]) {
    expect(one.snOf(topic)).toBe(one === dialect ? 'G1' : null)
  }
})
