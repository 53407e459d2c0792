import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EXAMPLE_FRAMES } from '../metering/protocol/dlt645/example-frames.ts'
import { EXAMPLE_FRAMES_1997 } from '../metering/protocol/dlt645-1997/example-frames.ts'
import { MODBUS_EXAMPLES } from '../metering/protocol/modbus/example-frames.ts'
import { frameDecode, frameDecodeArgs } from './frame-decode.ts'

const F2 = '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16'
const F5 = 'FE FE 68 72 00 32 09 17 20 68 91 08 33 33 34 33 B9 34 33 33 6D 16'

test.each(EXAMPLE_FRAMES)('$id ($what) is decoded in both languages', ({ hex }) => {
  expect(frameDecode(hex, 'zh')).toMatchObject({ ok: true })
  expect(frameDecode(hex, 'en')).toMatchObject({ ok: true })
})

test('an explanation is a table in the language asked for', () => {
  expect(frameDecode(F5, 'zh').text).toBe(
    [
      '  FE FE                    前导字节',
      '第 1 帧 DL/T 645-2007',
      '  68                       帧起始符',
      '  72 00 32 09 17 20        地址域                    201709320072',
      '  68                       帧起始符',
      '  91                       控制码                    从站应答 读数据',
      '  08                       数据域长度                8',
      '  33 33 34 33              数据标识                  00010000 正向有功电能 · 总 · 当前',
      '  B9 34 33 33              正向有功电能 · 总 · 当前  1.86 kWh',
      '  6D                       校验码                    正确',
      '  16                       结束符',
    ].join('\n'),
  )
  expect(frameDecode(F5, 'en').text).toContain('forward active energy, total, now  1.86 kWh')
})

test.each([
  F2.replaceAll(' ', ''),
  F2.toLowerCase(),
  F2.replaceAll(' ', '-'),
  F2.replaceAll(' ', ','),
  F2.replace(/(..)( |$)/g, '0x$1 '),
  `\n ${F2.replaceAll(' ', '\n')}\t`,
  F2.replaceAll(' ', ' | '),
])('hexadecimal is read however it was copied: case %#', (text) => {
  expect(frameDecode(text, 'en')).toEqual(frameDecode(F2, 'en'))
})

test.each([
  ['', 'nothing to decode'],
  ['  ', 'nothing to decode'],
  ['68 6G', 'not a hexadecimal character: G'],
  ['68 1', 'an odd number of hexadecimal digits (3)'],
  ['电表', 'not a hexadecimal character: 电'],
])('%j is refused in plain words', (text, why) => {
  const decoded = frameDecode(text, 'en')
  expect(decoded.ok).toBe(false)
  expect(decoded.text).toContain(why)
})

test('several frames are numbered, and garbage between them is named', () => {
  const decoded = frameDecode(`${F2} 00 12 ${F5}`, 'en')
  expect(decoded.ok).toBe(false)
  expect(decoded.text).toContain('frame 1, DL/T 645-2007')
  expect(decoded.text).toContain('  00 12                    bytes that belong to no frame: 2')
  expect(decoded.text).toContain('frame 2, DL/T 645-2007')
  expect(decoded.text).toContain('0.26 kWh')
  expect(decoded.text).toContain('1.86 kWh')
})

test('a wrong checksum is named, and the frame is explained all the same', () => {
  const decoded = frameDecode(F2.replace('8A 16', '8B 16'), 'en')
  expect(decoded.ok).toBe(false)
  expect(decoded.text).toContain('wrong, should be 8A')
  expect(decoded.text).toContain('0.26 kWh')
})

test('a frame cut short says how much is missing', () => {
  expect(frameDecode(F2.slice(0, -6), 'en').text).toContain(
    'its length says 20 bytes, only 18 are here',
  )
  expect(frameDecode('68 61 01', 'en').text).toContain('frame cut short: only 3 bytes')
})

test('a frame cut short does not hide the whole one after it', () => {
  const decoded = frameDecode(`${F2.slice(0, -9)} ${F5}`, 'en')
  expect(decoded.ok).toBe(false)
  expect(decoded.text).toContain('1.86 kWh')
})

test('any bytes at all are decoded without an error', () => {
  const byte = fc.oneof(fc.constantFrom(0x68, 0xfe, 0x16), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(fc.array(byte, { minLength: 1, maxLength: 80 }), (bytes) => {
      const decoded = frameDecode(Buffer.from(bytes).toString('hex'), 'zh')
      expect(decoded.text).not.toBe('')
    }),
    { numRuns: 1000 },
  )
})

test('a long recording is decoded without running out of stack', () => {
  expect(frameDecode('FE00'.repeat(5000), 'en').ok).toBe(false)
})

const TITLES = { rtu: 'frame 1, Modbus RTU', tcp: 'frame 1, Modbus TCP' } as const

test.each(MODBUS_EXAMPLES)('$id ($what) is recognised as Modbus $framing', ({ framing, hex }) => {
  const decoded = frameDecode(hex, 'en')
  expect(decoded.ok).toBe(true)
  expect(decoded.text.startsWith(TITLES[framing])).toBe(true)
  expect(frameDecode(hex, 'zh').ok).toBe(true)
})

test.each(EXAMPLE_FRAMES_1997)('$id ($what) is recognised as the old edition', ({ hex }) => {
  const decoded = frameDecode(hex, 'en')
  expect(decoded.ok).toBe(true)
  expect(decoded.text.startsWith('frame 1, DL/T 645-1997')).toBe(true)
})

test('a question and its answer are two frames', () => {
  const decoded = frameDecode('01 03 02 1F 00 02 F4 75  01 03 04 00 00 30 39 2E 21', 'en')
  expect(decoded.ok).toBe(true)
  expect(decoded.text).toContain('03H read holding registers, request')
  expect(decoded.text).toContain('frame 2, Modbus RTU')
  expect(decoded.text).toContain('03H read holding registers, reply')
  expect(decoded.text).toContain('3039H 12345')
})

test('an explanation of Modbus is a table in the language asked for', () => {
  expect(frameDecode('01 83 02 C0 F1', 'zh').text).toBe(
    [
      '第 1 帧 Modbus RTU',
      '  01                       从站地址  1',
      '  83                       功能码    83H 读保持寄存器 异常应答',
      '  02                       异常码    02H 无此寄存器',
      '  C0 F1                    校验码    正确',
    ].join('\n'),
  )
})

test('a wrong CRC is named, and the frame is explained all the same', () => {
  const decoded = frameDecode('01 03 04 00 00 30 39 2E 22', 'en')
  expect(decoded.ok).toBe(false)
  expect(decoded.text).toContain('wrong, should be 2E 21')
  expect(decoded.text).toContain('3039H 12345')
})

test('a frame with a good check wins over what it looks like otherwise', () => {
  // Inside a Modbus answer, bytes with the shape 68 ×6 68.
  const inner = '68 00 00 00 00 00 00 68 00 00'
  const wrapped = frameDecode(`01 03 0A ${inner} ${'00 00'}`, 'en', 'modbus-rtu')
  const crc = /should be (.. ..)/.exec(wrapped.text)?.[1] ?? ''
  expect(frameDecode(`01 03 0A ${inner} ${crc}`, 'en').text).toContain('Modbus RTU')
})

test('a protocol that is named is not guessed', () => {
  const old = frameDecodeArgs(['--en', '--as', 'dlt645-1997', F2])
  expect(old.text).toContain('frame 1, DL/T 645-1997')
  expect(frameDecodeArgs(['--as', 'modbus-rtu', F2]).ok).toBe(false)
  expect(frameDecodeArgs(['--en', ...F2.split(' ')]).text).toContain('0.26 kWh')
  expect(frameDecodeArgs(['--en', '--as', 'modbus-ascii', F2])).toEqual({
    ok: false,
    text: 'no protocol modbus-ascii; known are: dlt645-2007 dlt645-1997 modbus-rtu modbus-tcp',
  })
})
