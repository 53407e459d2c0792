import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATA_ID_ROWS, dataIdBytes, dataIdOf, dataItem } from './data-ids.ts'
import { bytesOf } from './example-frames.ts'
import { formatBytes } from './format.ts'
import { valueWords } from './present.ts'
import { decodeValue } from './value.ts'

const EXAMPLES: Record<string, string> = {
  TT: '01',
  HH: '02',
  PP: '01',
  QQ: '01',
  NN: '03',
  KK: '05',
}
const exampleId = (pattern: string) =>
  (pattern.match(/../g) ?? []).map((part) => EXAMPLES[part] ?? part).join('')

test.each(DATA_ID_ROWS)('$id $en is found by its own identifier and by no other row', (row) => {
  expect(row.id).toMatch(/^([0-9A-F]{2}|TT|HH|PP|QQ|NN|KK){4}$/)
  const item = dataItem(exampleId(row.id))
  expect(item?.en.startsWith(row.en)).toBe(true)
  expect(item?.format).toEqual(row.format)
})

test('no pattern is in the tables twice', () => {
  const patterns = DATA_ID_ROWS.map((row) => row.id)
  expect(new Set(patterns).size).toBe(patterns.length)
})

test.each([
  ['00000000', '组合有功电能 · 总 · 当前', 'combined active energy, total, now'],
  [
    '00010402',
    '正向有功电能 · 费率4(谷) · 上2结算日',
    'forward active energy, tariff 4 (valley), settlement 2 back',
  ],
  ['0001FF00', '正向有功电能 · 数据块 · 当前', 'forward active energy, block, now'],
  ['02010100', '电压 · A相', 'voltage, phase A'],
  ['00900200', '剩余金额', 'remaining money'],
  ['0333FF01', '购电记录 · 上1', 'purchase record, last 1'],
  ['040502FF', '第二套费率电价', 'tariff prices, set 2'],
])('%s is called %s', (id, zh, en) => {
  expect(dataItem(id)).toMatchObject({ id, zh, en })
})

test.each(['00004000', '0000000D', '02010400', '0333FF0B', 'DEADBEEF', '02010000'])(
  '%s is no identifier of the tables',
  (id) => {
    expect(dataItem(id)).toBeNull()
  },
)

const said = (id: string, hex: string) => {
  const item = dataItem(id)
  if (item === null) throw new Error(`${id} is in no table`)
  return valueWords(decodeValue(item.format, bytesOf(hex))).en
}

test.each([
  ['00010000', '26 00 00 00', '0.26 kWh'],
  ['0001FF00', '26 00 00 00 FF FF FF FF 10 00 00 00', '0.26 kWh / not fitted / 0.10 kWh'],
  ['01010000', '34 12 00 20 10 22 11 26', 'maximum demand 0.1234 kW, at 2026-11-22 10:20'],
  ['02010100', '01 10', '100.1 V'],
  ['0201FF00', '01 23 98 22 05 23', '230.1 V / 229.8 V / 230.5 V'],
  ['02020100', '00 50 80', '-5.000 A'],
  ['02030000', '34 12 80', '-0.1234 kW'],
  ['02060000', '99 89', '-0.999'],
  ['02800021', '00 95 00 00', '0.9500 yuan/kWh'],
  ['04000101', '00 22 11 26', '2026-11-22 Sunday'],
  ['0400010C', '30 20 10 00 22 11 26', '2026-11-22 Sunday 10:20:30'],
  ['04000403', '33 32 31 00'.padEnd(95, ' 00'), '123'],
  ['0400040E', '56 34 12 00 00 00', '000000123456'],
  ['04000601', '05', '05H forward active: added, reverse active: added'],
  ['04000703', '20', '20H 9600 bps'],
  ['04000B01', '00 01', '01 00h'],
  ['04001001', '00 20 00 00', '20.00 yuan'],
  ['04010000', '01 01 01 02 01 07', '01-01 → 1 / 07-01 → 2'],
  ['04010001', '04 00 00 02 00 08', '00:00 → 4 / 08:00 → 2'],
  ['040501FF', '00 20 01 00 00 95 00 00', '1.2000 yuan/kWh / 0.9500 yuan/kWh'],
  ['00000000', '26 00 0A 00', 'unreadable (26000A00)'],
  ['00000000', '26 00', 'unreadable (2600)'],
])('%s with the bytes %s says %s', (id, hex, text) => {
  expect(said(id, hex)).toBe(text)
})

test('whatever bytes a meter sends for whatever item, reading it never throws', () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.array(fc.constantFrom(0x00, 0x12, 0x99, 0xff), { maxLength: 80 }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...DATA_ID_ROWS), content, (row, bytes) => {
      const value = decodeValue(row.format, Buffer.from(bytes))
      expect(valueWords(value).zh).not.toBe('')
      const size = formatBytes(row.format)
      if (size !== null && bytes.length !== size) expect(value?.kind).toBe('malformed')
    }),
    { numRuns: 2000 },
  )
})

test('identifiers travel low byte first', () => {
  expect(dataIdBytes('00900200')).toEqual(bytesOf('00 02 90 00'))
  expect(dataIdOf(bytesOf('00 02 90 00'))).toBe('00900200')
})
