// Hostile and broken bytes on every door of the smart gateways: nothing throws, and no reading
// comes out that was not sent.

import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instant } from '../../shared/clock.ts'
import { COMMAND, encodeAcrel4g, parseAcrel4g } from './frames/acrel-4g.ts'
import { acrel4gReader } from './frames/acrel-4g-stream.ts'
import { AWT100, awt100Reader, encodeAwt100 } from './frames/awt100.ts'
import { inflated, openAwt100, sealAwt100 } from './frames/awt100-cipher.ts'
import {
  parseAwt100Auth,
  parseAwt100Heartbeat,
  parseAwt100Report,
  parsePassage,
} from './frames/awt100-xml.ts'
import { acrelDomesticDialect } from './mqtt-acrel-domestic.ts'
import { acrelOverseasDialect } from './mqtt-acrel-overseas.ts'
import { prewattDialect } from './mqtt-prewatt.ts'

const SEED = 20_261_122
const run = <T>(property: fc.IProperty<T>, numRuns: number): void =>
  fc.assert(property, { seed: SEED, numRuns })

type Damage = { at: number; how: 'flip' | 'drop' | 'add' | 'cut'; by: number }
const damages = fc.array(
  fc.record({
    at: fc.nat(400),
    how: fc.constantFrom<Damage['how']>('flip', 'drop', 'add', 'cut'),
    by: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
)

const damaged = (bytes: Buffer, all: readonly Damage[]): Buffer => {
  let out = [...bytes]
  for (const { at, how, by } of all) {
    const place = out.length === 0 ? 0 : at % out.length
    if (how === 'flip') out[place] = (out[place] ?? 0) ^ by
    else if (how === 'drop') out.splice(place, 1)
    else if (how === 'add') out.splice(place, 0, by)
    else out = out.slice(0, place)
  }
  return Buffer.from(out)
}

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((content) => Buffer.from(content))

/** The same bytes in pieces, as a network cuts them. */
const cutAt = (whole: Buffer, every: number): Buffer[] => {
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; at += every) pieces.push(whole.subarray(at, at + every))
  return pieces
}

const SERIAL = Buffer.from('12307210720085'.padEnd(20, '\0'))
const reportOf = (registers: Buffer): Buffer =>
  Buffer.concat([
    SERIAL,
    Buffer.from('[[1(('),
    Buffer.of(1, 3, registers.length),
    registers,
    Buffer.from('))]]'),
  ])

test('a damaged 4G stream gives no report that was not sent, and the next frame comes', () => {
  const heartbeat = encodeAcrel4g(COMMAND.heartbeat, Buffer.alloc(0))
  const property = fc.property(
    bytes(96),
    damages,
    fc.integer({ min: 1, max: 50 }),
    (sent, how, every) => {
      const frame = encodeAcrel4g(COMMAND.data, reportOf(sent))
      const stream = Buffer.concat([damaged(frame, how), heartbeat])
      const reader = acrel4gReader()
      const pieces = cutAt(stream, every).flatMap((piece) => [...reader.push(piece)])
      const frames = [...pieces, ...reader.idle()].flatMap((piece) =>
        piece.kind === 'frame' ? [parseAcrel4g(piece.raw)] : [],
      )
      for (const parsed of frames) {
        if (parsed?.kind === 'data') expect(parsed.blocks.map(({ data }) => data)).toEqual([sent])
      }
      expect(frames.at(-1)).toEqual({ kind: 'heartbeat' })
    },
  )
  run(property, 4_000)
})

test('any bytes on the 4G port are cut without loss and without a throw', () => {
  const property = fc.property(bytes(300), fc.integer({ min: 1, max: 60 }), (content, every) => {
    const marked = Buffer.concat([Buffer.from('7b7b91', 'hex'), content])
    const reader = acrel4gReader()
    const pieces = [...cutAt(marked, every).flatMap((piece) => [...reader.push(piece)])]
    pieces.push(...reader.idle())
    const lengths = pieces.map((piece) =>
      piece.kind === 'frame' ? piece.raw.length : piece.bytes.length,
    )
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(marked.length)
    for (const piece of pieces) if (piece.kind === 'frame') parseAcrel4g(piece.raw)
  })
  run(property, 2_000)
})

const SECRET = Buffer.from('0123456789abcdef')
const xmlOf = (kwh: string): string =>
  `<?xml version="1.0"?><root><common><gateway_id>G</gateway_id></common><data>` +
  `<time>20250101123000</time><meter id="01001"><function id="WPP" error="">${kwh}</function>` +
  `</meter></data></root>`

test('any bytes on the data gateway’s port are cut without a throw, in bounded memory', () => {
  const property = fc.property(bytes(400), fc.integer({ min: 1, max: 60 }), (content, every) => {
    const reader = awt100Reader((type) => (type <= 4 ? 200 : null))
    const stream = Buffer.concat([Buffer.from('1f1f01', 'hex'), content])
    const frames = cutAt(stream, every).flatMap((piece) => reader.push(piece))
    for (const { type, data } of frames) {
      expect(type).toBeLessThanOrEqual(4)
      expect(data.length).toBeLessThanOrEqual(200)
    }
  })
  run(property, 2_000)
})

test('damaged XML gives no energy that does not stand in it as it is', () => {
  const property = fc.property(fc.nat(10_000_000), damages, (count, how) => {
    const kwh = `${Math.floor(count / 1_000)}.${String(count % 1_000).padStart(3, '0')}`
    const xml = damaged(Buffer.from(xmlOf(kwh)), how).toString('latin1')
    const report = parseAwt100Report(xml)
    parseAwt100Auth(xml)
    parseAwt100Heartbeat(xml)
    // What is read stands in the text as it is: nothing is cut short, joined or rounded.
    for (const { energyWh } of report?.meters ?? []) {
      if (energyWh === null) continue
      const said = [...xml.matchAll(/>\s*\+?(\d+)(?:\.(\d*))?\s*</g)].map(
        ([, whole = '', part = '']) => Number(`${whole}${part.slice(0, 3).padEnd(3, '0')}`),
      )
      expect(said).toContain(energyWh)
    }
  })
  run(property, 3_000)
})

test('damaged ciphertext and packed data are refused or read, never thrown', () => {
  const property = fc.property(damages, fc.boolean(), (how, packed) => {
    const xml = Buffer.from(xmlOf('433.31'))
    const body = sealAwt100(SECRET, packed ? deflateSync(xml) : xml)
    const frame = encodeAwt100(packed ? AWT100.packed : AWT100.data, damaged(body, how))
    for (const { data } of awt100Reader(() => 100_000).push(frame)) {
      const opened = openAwt100(SECRET, data)
      const plain = opened && packed ? inflated(opened, 10_000) : opened
      if (plain) parseAwt100Report(plain.toString())
      if (opened) parsePassage(opened.toString('latin1'))
    }
  })
  run(property, 2_000)
})

const DOORS = [
  [prewattDialect, 'prewatt/G1/up'],
  [prewattDialect, 'prewatt/G1/answer'],
  [acrelDomesticDialect, 'data/up/P/G1'],
  [acrelDomesticDialect, 'indicate/dev/P/G1'],
  [acrelOverseasDialect, '/gw/acrelHW/P/data/G1'],
  [acrelOverseasDialect, '/gw/acrelHW/P/transport/G1'],
] as const
const context = { sn: 'G1', zone: 'Asia/Shanghai', now: instant(1_735_705_800_000) }

/** What a reading may hold: nothing but whole, safe, and where it must be, positive numbers. */
const check = (payload: Buffer): void => {
  for (const [dialect, topic] of DOORS) {
    const heard = dialect.hear({ topic, payload, retained: false }, context)
    if (heard.kind !== 'report') continue
    for (const { bus, reading } of heard.readings) {
      expect(bus).toBeGreaterThanOrEqual(1)
      const energies = [reading.energyWh, reading.reverseWh, ...(reading.tariffsWh ?? [])]
      for (const energyWh of energies) {
        if (energyWh === null) continue
        expect(Number.isSafeInteger(energyWh) && energyWh >= 0).toBe(true)
      }
      for (const value of [reading.remainingFen, reading.powerW, reading.purchaseCount]) {
        if (value !== null) expect(Number.isSafeInteger(value)).toBe(true)
      }
    }
  }
}

const NAMES = ['msgid', 'meters', 'addr', 'bus', 'ts', 'values', 'energyWh', 'energyKwh', 'sn']
const MORE_NAMES = ['method', 'payload', 'reported', 'EPI', 'EPISG', 'gwSN', 'meterSN', 'wh', 'ch']
const ODD = ['1e400', '-0', '1.0000000000000000001', '9007199254740993', '0.1', '5', '"x"', 'null']

test('hostile JSON is refused or read exactly, never thrown', () => {
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(...ODD, '"login"', '"transport"', '"data"', '"7"', '"G1"'),
      fc.array(tie('json'), { maxLength: 4 }).map((all) => `[${all.join()}]`),
      fc
        .array(fc.tuple(fc.constantFrom(...NAMES, ...MORE_NAMES, '__proto__'), tie('json')), {
          maxLength: 6,
        })
        .map((all) => `{${all.map(([name, value]) => `"${name}":${value}`).join()}}`),
    ),
  }))
  run(
    fc.property(json, (text) => check(Buffer.from(text))),
    4_000,
  )
  expect(Object.prototype).not.toHaveProperty('energyWh')
})

test('a damaged report gives no energy but what its text says', () => {
  const property = fc.property(fc.nat(10_000_000), damages, (energyWh, how) => {
    const whole = `{"msgid":"1","meters":[{"addr":"7","values":{"energyWh":${energyWh}}}]}`
    const payload = damaged(Buffer.from(whole), how)
    check(payload)
    const heard = prewattDialect.hear({ topic: 'prewatt/G1/up', payload, retained: false }, context)
    for (const { reading } of heard.kind === 'report' ? heard.readings : []) {
      expect(payload.toString('latin1')).toContain(`:${reading.energyWh}`)
    }
  })
  run(property, 3_000)
})
