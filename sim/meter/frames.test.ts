import { describe, expect, test } from 'vitest'
import { at, benchMeter, bytes, hex, NOON, openedMeter } from './bench-meter.ts'
import { hexLow } from './bytes.ts'
import { signedBcdLow } from './electrical.ts'
import { decodeFrame, encodeFrame, FrameScanner } from './frame.ts'
import type { VirtualMeter } from './virtual-meter.ts'

const A = '68 01 00 22 11 26 20 68'

const readRequest = (di: string): string =>
  hex(encodeFrame({ address: '202611220001', control: 0x11, data: hexLow(di) }))

type Row = { name: string; meter: () => VirtualMeter; request: string; reply: string | null }

const withSerial = (meter: VirtualMeter) => {
  meter.state.esamSerial = '0102030405060708'
  return meter
}
const authenticated = (meter: VirtualMeter) => {
  withSerial(meter).onFrame(bytes(F38), NOON)
  return meter
}
const kept = () => {
  const meter = openedMeter(10_000)
  meter.state.kept = true
  return meter
}
const threePhase = () => {
  const meter = benchMeter({ model: 'dlt645-prepaid-3p' })
  meter.site.fixedVoltageDv = [2_301, 2_298, 2_305]
  return meter
}
const atVolts = (address: string, dv: number) => {
  const meter = benchMeter({ address })
  meter.site.fixedVoltageDv = [dv]
  return meter
}
const suspended = () => {
  const meter = authenticated(openedMeter(0))
  meter.state.suspendedUntilMs = NOON + 1
  return meter
}
const tripped = () => {
  const meter = openedMeter(12_345)
  meter.state.relay = { open: true, ordered: 'open', cause: 'operator' }
  return meter
}

const F38 = `${A} 03 20 32 33 33 3A 44 55 66 77 CF 41 24 D6 2A 81 4A 7B BB AA 99 88 77 66 55 44
  34 33 55 44 59 53 33 33 3D 16`
const F40 = `${A} 03 1E 32 35 34 3A 44 55 66 77 43 5A 33 33 34 33 33 33 0F 9F 02 7B
  89 67 45 33 33 33 D1 D8 82 77 21 16`
const F30 = `${A} 1C 10 35 33 33 33 34 33 33 33 4D 33 8C 8C 56 55 44 59 F1 16`

const ROWS: Row[] = [
  {
    name: 'F1 forward energy of 0.26 kWh',
    meter: () => benchMeter({ address: '000000000161', initialWh: 260 }),
    request: '68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16',
    reply: '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16',
  },
  {
    name: 'F3 phase A at 100.1 V',
    meter: () => atVolts('000000000161', 1_001),
    request: '68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16',
    reply: '68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16',
  },
  {
    name: 'F10 wildcard address, answered with the true one',
    meter: () => benchMeter({ address: '000072007201' }),
    request: '68 AA AA AA AA AA AA 68 11 04 33 33 34 33 AE 16',
    reply: '68 01 72 00 72 00 00 68 91 08 33 33 34 33 33 33 33 33 E7 16',
  },
  {
    name: 'F15 trip of another make, in its day',
    meter: () => benchMeter({ address: '111111111111' }, { nowMs: at('180512154000') }),
    request: '68 11 11 11 11 11 11 68 1C 10 33 33 33 33 33 33 33 33 4D 33 57 74 48 45 38 4B 55 16',
    reply: '68 11 11 11 11 11 11 68 9C 00 D2 16',
  },
  {
    name: 'F20 remaining money of 123.45',
    meter: () => openedMeter(12_345),
    request: `${A} 11 04 33 35 C3 33 BD 16`,
    reply: `${A} 91 08 33 35 C3 33 78 56 34 33 76 16`,
  },
  {
    name: 'F22 voltages of three phases',
    meter: threePhase,
    request: readRequest('0201FF00'),
    reply: `${A} 91 0A 33 32 34 35 34 56 CB 55 38 56 EB 16`,
  },
  {
    name: 'F24 status word 3: open, ordered open, money-prepaid',
    meter: tripped,
    request: readRequest('04000503'),
    reply: `${A} 91 06 36 38 33 37 83 35 71 16`,
  },
  {
    name: 'F25 write four prices',
    meter: benchMeter,
    request: `${A} 14 1C 32 34 38 37 37 33 33 33 34 33 33 33 33 53 34 33 33 C8 33 33 33 9B 33 33
      33 65 33 33 6C 16`,
    reply: `${A} 94 00 DE 16`,
  },
  {
    name: 'F28 set the date',
    meter: benchMeter,
    request: `${A} 14 10 34 34 33 37 35 33 33 33 34 33 33 33 33 55 44 59 00 16`,
    reply: `${A} 94 00 DE 16`,
  },
  {
    name: 'F27 alarm amount 2',
    meter: benchMeter,
    request: `${A} 14 10 35 43 33 37 35 33 33 33 34 33 33 33 33 53 33 33 D7 16`,
    reply: `${A} 94 00 DE 16`,
  },
  {
    name: 'F29 write the year zones',
    meter: benchMeter,
    request: `${A} 14 12 33 33 34 37 35 33 33 33 34 33 33 33 34 34 34 35 34 3A 1B 16`,
    reply: `${A} 94 00 DE 16`,
  },
  { name: 'F30 trip', meter: () => openedMeter(10_000), request: F30, reply: `${A} 9C 00 E6 16` },
  { name: 'F32 trip while kept', meter: kept, request: F30, reply: `${A} DC 01 37 5E 16` },
  {
    name: 'F33 broadcast time',
    meter: benchMeter,
    request: '68 99 99 99 99 99 99 68 08 06 63 53 43 55 44 59 5F 16',
    reply: null,
  },
  {
    name: 'F34 broadcast freeze',
    meter: benchMeter,
    request: '68 99 99 99 99 99 99 68 16 04 33 33 CC CC 7E 16',
    reply: null,
  },
  {
    name: 'F36 write address without the programming key',
    meter: benchMeter,
    request: '68 AA AA AA AA AA AA 68 15 06 34 33 55 44 59 53 93 16',
    reply: null,
  },
  {
    name: 'F37 another baud rate',
    meter: benchMeter,
    request: `${A} 17 01 53 B5 16`,
    reply: `${A} D7 01 3B 5D 16`,
  },
  {
    name: 'F38 identity authentication',
    meter: () => withSerial(benchMeter()),
    request: F38,
    reply: `${A} 83 10 32 33 33 3A 07 F6 E5 D4 3B 3A 39 38 37 36 35 34 21 16`,
  },
  {
    name: 'F40 recharge of 100.00 as number 1',
    meter: () => authenticated(openedMeter(0)),
    request: F40,
    reply: `${A} 83 04 32 35 34 3A A6 16`,
  },
  {
    name: 'F40 again: repeat',
    meter: () => authenticated(openedMeter(0, 1)),
    request: F40,
    reply: `${A} C3 02 35 33 77 16`,
  },
  {
    name: 'F40 at a suspended meter',
    meter: suspended,
    request: F40,
    reply: `${A} C3 02 33 34 76 16`,
  },
]

describe('frames of the protocol reference are answered byte for byte', () => {
  test.each(ROWS)('$name', ({ meter, request, reply }) => {
    const nowMs = request.includes('57 74 48 45 38 4B') ? at('180512154100') : NOON
    const answer = meter().onFrame(bytes(request), nowMs)
    expect(answer && hex(answer)).toBe(reply && hex(bytes(reply)))
  })

  test('F26 a wrong password', () => {
    const frame = decodeFrame(bytes(ROWS.find(({ name }) => name.startsWith('F27'))?.request ?? ''))
    const data = Buffer.from(frame?.data ?? [])
    data[5] = 0x12
    const wrong = encodeFrame({ address: '202611220001', control: 0x14, data })
    expect(benchMeter().onFrame(wrong, NOON)).toEqual(bytes(`${A} D4 01 37 56 16`))
  })

  test('F23 −0.1234 kW carries its sign in the top bit', () => {
    expect(hex(signedBcdLow(-1_234, 3))).toBe('34 12 80')
  })
})

describe('the scanner', () => {
  const F1 = bytes('68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16')

  test.each([
    ['preamble', 'FE FE FE FE'],
    ['noise with a false start', '00 68 FF 12'],
    ['a frame with a wrong sum', '68 61 01 00 00 00 00 68 11 00 00 16'],
  ])('skips %s', (_name, before) => {
    const scanner = new FrameScanner()
    const frames = scanner.push(Buffer.concat([bytes(before), F1]))
    expect(frames.map(({ address }) => address)).toEqual(['000000000161'])
  })

  test('puts a frame together from single bytes', () => {
    const scanner = new FrameScanner()
    const frames = [...F1].flatMap((byte) => scanner.push(Buffer.from([byte])))
    expect(frames).toHaveLength(1)
  })

  test('hears nothing meant for another meter', () => {
    expect(benchMeter().onFrame(F1, NOON)).toBeNull()
  })

  test.each([0x14, 0x16, 0x1a, 0x1b, 0x1c, 0x1d])(
    'an order %i to whoever is there is not obeyed',
    (control) => {
      const frame = encodeFrame({ address: 'AAAAAAAAAAAA', control, data: Buffer.alloc(16) })
      expect(benchMeter().onFrame(frame, NOON)).toBeNull()
    },
  )
})
