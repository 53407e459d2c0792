import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { instant } from '../../../shared/clock.ts'
import { AWT100, awt100Reader, encodeAwt100 } from './awt100.ts'
import { inflated, isProof, openAwt100, proofOf, sealAwt100 } from './awt100-cipher.ts'
import {
  heartbeatXml,
  parseAwt100Auth,
  parseAwt100Heartbeat,
  parseAwt100Report,
  parsePassage,
  passageText,
  resultXml,
  sequenceXml,
} from './awt100-xml.ts'
import { instantOfStamp, stampOf } from './local-stamp.ts'

const SECRET = Buffer.from('0123456789abcdef')
const any = () => 1_000

test('a frame is cut by its length, whatever it contains and however it arrives', () => {
  const frame = encodeAwt100(AWT100.data, Buffer.from('1f1f0300000001', 'hex'))
  expect(frame.toString('hex')).toBe('1f1f03000000071f1f0300000001')
  const reader = awt100Reader(any)
  const frames = [...frame, ...frame].flatMap((byte) => reader.push(Buffer.of(byte)))
  expect(frames).toEqual([
    { type: 3, data: frame.subarray(7) },
    { type: 3, data: frame.subarray(7) },
  ])
})

test('bytes before a frame are passed over one at a time', () => {
  const reader = awt100Reader(any)
  const frame = encodeAwt100(AWT100.heartbeat, Buffer.from('x'))
  const noise = Buffer.from('1f00ff1f', 'hex')
  expect(reader.push(Buffer.concat([noise, frame]))).toEqual([{ type: 2, data: Buffer.from('x') }])
  expect(reader.discardedBytes).toBe(4)
})

test.each([
  ['a type that may not come now', AWT100.data, 5],
  ['a length beyond the limit', AWT100.auth, 4_000_000_000],
])('%s begins no frame', (_, type, length) => {
  const reader = awt100Reader((one) => (one === AWT100.auth ? 100 : null))
  const head = encodeAwt100(type, Buffer.alloc(0))
  head.writeUInt32BE(length, 3)
  expect(reader.push(head)).toEqual([])
  const good = encodeAwt100(AWT100.auth, Buffer.from('y'))
  expect(reader.push(good)).toEqual([{ type: 1, data: Buffer.from('y') }])
})

test('what is sealed opens with the same secret only', () => {
  const sealed = sealAwt100(SECRET, Buffer.from('<root/>'))
  // printf '<root/>' | openssl enc -aes-128-cbc -K … -iv …, both the secret in hexadecimal
  expect(sealed.toString('hex')).toBe('0a610c717c1b5ff14c5a4a8516dafcd4')
  expect(openAwt100(SECRET, sealed)?.toString()).toBe('<root/>')
  expect(openAwt100(Buffer.from('fedcba9876543210'), sealed)?.toString()).not.toBe('<root/>')
  expect(openAwt100(SECRET, Buffer.from('short'))).toBeNull()
})

test('data that would become too long is not unpacked', () => {
  const packed = deflateSync(Buffer.alloc(1_000_000))
  expect(inflated(packed, 1_000_000)).toHaveLength(1_000_000)
  expect(inflated(packed, 999_999)).toBeNull()
  expect(inflated(Buffer.from('no'), 10)).toBeNull()
})

test('the proof is MD5 over secret and sequence', () => {
  // printf '0123456789abcdef20250101' | md5sum
  expect(proofOf(SECRET, '20250101')).toBe('61a1b9c69e180928326281bdefa87f3e')
  expect(isProof(SECRET, '20250101', `${proofOf(SECRET, '20250101').toUpperCase()}\n`)).toBe(true)
  expect(isProof(SECRET, '20250102', proofOf(SECRET, '20250101'))).toBe(false)
  expect(isProof(SECRET, '20250101', '')).toBe(false)
})

const document = (body: string): string =>
  `<?xml version="1.0"?><root><common><building_id>B1</building_id>` +
  `<gateway_id>GW-001</gateway_id></common>${body}</root>`

test('a log-in names the gateway and its step', () => {
  const request = document('<id_validate operation="request"/>')
  expect(parseAwt100Auth(request)).toEqual({
    gatewayNo: 'GW-001',
    buildingNo: 'B1',
    operation: 'request',
    md5: null,
  })
  const proof = document('<id_validate operation="md5"><md5>abc</md5></id_validate>')
  expect(parseAwt100Auth(proof)).toMatchObject({ operation: 'md5', md5: 'abc' })
})

const REPORT = document(
  `<data operation="report"><time>20250101123000</time><meter id="01001">
    <function id="WPP" error="">433.31</function>
    <function id="PowerHigher" error="">34.55</function>
    <function id="PowerHigh" error="">75.57</function>
    <function id="PowerFlat" error="">192.93</function>
    <function id="PowerLow" error="">128.04</function>
    <function id="EPISG" error="">2.22</function></meter></data>`,
)

test('a report gives registers in Wh, whose tariffs add up to the total', () => {
  const report = parseAwt100Report(REPORT)
  expect(report).toEqual({
    gatewayNo: 'GW-001',
    time: '20250101123000',
    meters: [
      {
        bus: 1,
        unit: 1,
        energyWh: 433_310,
        tariffsWh: [34_550, 75_570, 192_930, 128_040, 2_220],
      },
    ],
  })
  const [meter] = report?.meters ?? []
  expect(meter?.tariffsWh?.reduce((sum: number, wh) => sum + (wh ?? 0), 0)).toBe(meter?.energyWh)
})

test.each([
  ['no number', '<function id="WPP">n/a</function>', null],
  ['marked as wrong by the gateway', '<function id="WPP" error="192">5.00</function>', null],
  ['said twice', '<function id="WPP">5</function><function id="WPP">6</function>', null],
  ['negative', '<function id="WPP">-5</function>', null],
  ['an exponent', '<function id="WPP">5e3</function>', null],
  ['a plain number', '<function id="WPP">5</function>', 5_000],
])('an energy that is %s is %4$j Wh', (_, functions, energyWh) => {
  const xml = document(`<data><meter id="02017">${functions}</meter></data>`)
  expect(parseAwt100Report(xml)?.meters).toEqual([{ bus: 2, unit: 17, energyWh, tariffsWh: null }])
})

test.each([
  ['half a document', REPORT.slice(0, 200)],
  ['a document type', `<!DOCTYPE root [<!ENTITY e "1">]>${REPORT}`],
  ['nothing', ''],
  ['no XML', 'hello'],
  ['too deep', `<root>${'<a>'.repeat(99)}${'</a>'.repeat(99)}</root>`],
  ['a reserved name', '<root><__proto__>1</__proto__></root>'],
  ['no gateway', '<root><data><meter id="01001"/></data></root>'],
])('%s is no report', (_, xml) => {
  expect(parseAwt100Report(xml)).toBeNull()
})

test('meters whose id names no bus and address are left out', () => {
  const xml = document(
    '<data><meter id="01"/><meter id="0100A"/><meter/><meter id="01003"/></data>',
  )
  expect(parseAwt100Report(xml)?.meters.map(({ unit }) => unit)).toEqual([3])
})

test('our own documents can be read back, and echo nothing harmful', () => {
  const names = { gatewayNo: 'GW-001', buildingNo: '</building_id><x>' }
  expect(parseAwt100Auth(sequenceXml(names, '42').toString())).toMatchObject({
    operation: 'sequence',
    buildingNo: '',
  })
  expect(parseAwt100Auth(resultXml(names, false).toString())?.operation).toBe('result')
  expect(parseAwt100Heartbeat(heartbeatXml(names, '20250101000000').toString())).toBe('GW-001')
})

test('a passage carries its bus, its address and the bytes', () => {
  const passage = { bus: 1, unit: 17, rtu: Buffer.from('1103006b00037687', 'hex') }
  expect(passageText(passage)).toBe('01017|1103006b00037687')
  expect(parsePassage('01017|1103006B00037687')).toEqual(passage)
})

test.each(['', '01017', '01017|', '01017|1', '01017|xy', '1017|11', '010170|11', 'ab017|11'])(
  '%j is no passage',
  (text) => {
    expect(parsePassage(text)).toBeNull()
  },
)

test('times are local', () => {
  const at = instant(Date.UTC(2025, 0, 1, 4, 30))
  expect(instantOfStamp('20250101123000', 'Asia/Shanghai')).toBe(at)
  expect(stampOf(at, 'Asia/Shanghai')).toBe('20250101123000')
  expect(instantOfStamp('20250230000000', 'Asia/Shanghai')).toBeNull()
  expect(instantOfStamp('today', 'Asia/Shanghai')).toBeNull()
})
