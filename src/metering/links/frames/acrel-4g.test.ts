import { expect, test } from 'vitest'
import { crc16 } from '../../protocol/modbus/crc16.ts'
import { COMMAND, encodeAcrel4g, parseAcrel4g, timeAnswer } from './acrel-4g.ts'
import { ACREL_4G_FRAME_MAX, acrel4gReader } from './acrel-4g-stream.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')
const SERIAL = hex('3132333037323130373230303835 000000000000')
/** The worked registration of the maker's protocol page. */
const REGISTER = hex(`7B7B 84 3132333037323130373230303835 000000000000
  3839383630343238323231394330343233363130 00000000000000000000
  1A 0100 0100 0100 1E 70F7 7D7D`)
const HEARTBEAT = hex('7B7B 94 BEEF 7D7D')

const rtu = (text: string): Buffer => {
  const body = hex(text)
  const crc = crc16(body)
  return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)])
}
const report = (...data: Buffer[]): Buffer =>
  Buffer.concat(
    data.flatMap((registers, i) => [
      Buffer.from(`[[${i + 1}((`),
      Buffer.of(i + 1, 3, registers.length),
      registers,
      Buffer.from('))]]'),
    ]),
  )

const framesIn = (...pieces: Buffer[]): Buffer[] => {
  const reader = acrel4gReader()
  const found = pieces.flatMap((piece) => [...reader.push(piece)])
  return [...found, ...reader.idle()].flatMap((p) => (p.kind === 'frame' ? [p.raw] : []))
}

test.each([
  ['the acknowledgement of a registration', COMMAND.register, '', '7B7B 84 BF23 7D7D'],
  ['the acknowledgement of a report', COMMAND.data, '', '7B7B 91 7EEC 7D7D'],
  ['a heartbeat', COMMAND.heartbeat, '', '7B7B 94 BEEF 7D7D'],
])('%s is encoded as the maker documents it', (_, command, body, frame) => {
  expect(encodeAcrel4g(command, hex(body))).toEqual(hex(frame))
})

test('the time 2023-10-10 17:07:27 is encoded as the maker documents it', () => {
  const at = { year: 2023, month: 10, dayOfMonth: 10, hour: 17, minute: 7, second: 27 }
  // The page counts that Tuesday as 3.
  expect(timeAnswer({ ...at, weekday: 3 })).toEqual(hex('7B7B 93 17 0A 0A 03 11 07 1B E4A2 7D7D'))
})

test('a registration names the meter, its card and how often it reports', () => {
  const [raw] = framesIn(REGISTER)
  expect(raw).toEqual(REGISTER)
  expect(parseAcrel4g(REGISTER)).toEqual({
    kind: 'register',
    serial: '12307210720085',
    iccid: '898604282219C0423610',
    signal: 0x1a,
    firmware: ['01.00', '01.00', '01.00'],
    reportMinutes: 30,
  })
})

test('a report is cut by its byte counts, even around every mark of the framing', () => {
  const data = hex('7B7B 947D7D 5D5D 2929 5B5B 2828 7D7D 0000')
  const frame = encodeAcrel4g(COMMAND.data, Buffer.concat([SERIAL, report(data, hex('0001'))]))
  const [raw = Buffer.alloc(0), ...rest] = framesIn(frame)
  expect(rest).toEqual([])
  expect(parseAcrel4g(raw)).toEqual({
    kind: 'data',
    serial: '12307210720085',
    blocks: [
      { unit: 1, label: '1', data },
      { unit: 2, label: '2', data: hex('0001') },
    ],
  })
})

test.each([1, 0x28, 0x31, 0x5b, 247])(
  'the unit %i may stand as one byte before its answer',
  (unit) => {
    const answer = Buffer.of(unit, 3, 2, 0, 1)
    const body = Buffer.concat([
      Buffer.from('[['),
      Buffer.of(unit),
      Buffer.from('(('),
      answer,
      Buffer.from('))]]'),
    ])
    const [raw = Buffer.alloc(0)] = framesIn(encodeAcrel4g(COMMAND.data, body))
    expect(parseAcrel4g(raw)).toMatchObject({
      kind: 'data',
      blocks: [{ unit, label: String.fromCharCode(unit), data: hex('0001') }],
    })
  },
)

test('a report without the serial is understood too', () => {
  const [raw = Buffer.alloc(0)] = framesIn(encodeAcrel4g(COMMAND.data, report(hex('0001'))))
  expect(parseAcrel4g(raw)).toMatchObject({ kind: 'data', serial: null, blocks: [{ unit: 1 }] })
})

test.each([
  ['an answer', Buffer.concat([SERIAL, rtu('01 03 04 0000 2EE0')]), rtu('01 03 04 0000 2EE0')],
  ['an exception', Buffer.concat([SERIAL, rtu('01 83 02')]), rtu('01 83 02')],
  [
    'an answer of a vendor function',
    Buffer.concat([SERIAL, rtu('01 AA 7D7D 01')]),
    rtu('01AA7D7D01'),
  ],
  ['the serial alone', SERIAL, Buffer.alloc(0)],
  ['an answer without the serial', rtu('01 10 0057 0002'), rtu('01 10 0057 0002')],
])('%s passes through', (_, body, bytes) => {
  const [raw = Buffer.alloc(0)] = framesIn(encodeAcrel4g(COMMAND.transparent, body))
  expect(parseAcrel4g(raw)).toMatchObject({ kind: 'transparent', rtu: bytes })
})

test('a transparent frame whose content has a bad CRC is no answer', () => {
  const frame = encodeAcrel4g(COMMAND.transparent, Buffer.concat([SERIAL, hex('0103020001 0000')]))
  expect(framesIn(frame).map(parseAcrel4g)).toEqual([null])
})

test('a vendor command is cut where its CRC agrees', () => {
  const frame = encodeAcrel4g(0x89, hex('7D7D 0102 7B7B'))
  expect(framesIn(frame, HEARTBEAT)).toEqual([frame, HEARTBEAT])
})

test('a frame may arrive byte by byte', () => {
  expect(framesIn(...[...REGISTER].map((byte) => Buffer.of(byte)))).toEqual([REGISTER])
})

test('one byte changed anywhere costs that frame and not the next', () => {
  for (let at = 0; at < REGISTER.length; at++) {
    const bad = Buffer.from(REGISTER)
    bad[at] = (bad[at] ?? 0) ^ 0x41
    expect(framesIn(Buffer.concat([bad, HEARTBEAT]))).toEqual([HEARTBEAT])
  }
})

test('a false start does not hold up the frame behind it', () => {
  const reader = acrel4gReader()
  const pieces = reader.push(Buffer.concat([hex('7B7B 84 3132'), REGISTER]))
  expect(pieces.map((piece) => piece.kind)).toEqual(['discarded', 'frame'])
})

test('noise without end is not kept', () => {
  const reader = acrel4gReader()
  let discarded = 0
  for (let i = 0; i < 40; i++) {
    const noise = Buffer.alloc(1_000, hex('7B7B 82 00'))
    for (const piece of reader.push(noise))
      if (piece.kind === 'discarded') discarded += piece.bytes.length
  }
  expect(discarded).toBeGreaterThan(40_000 - 2 * ACREL_4G_FRAME_MAX)
})
