// A data gateway that calls the centre 数据网关: it proves who it is, keeps the connection with
// heartbeats, uploads its meters' registers encrypted, and carries Modbus to its buses. From the
// protocol's description, on its own.

import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { type Caller, type CentreAddress, startCaller } from './caller.ts'

export type GatewayMeter = {
  bus: number
  unit: number
  values: Readonly<Record<string, string | undefined>>
}

export type Awt100Options = {
  to: CentreAddress
  gatewayNo: string
  /** 16 bytes: key and initial vector at once. */
  secret: Buffer
  meters: () => readonly GatewayMeter[]
  answer: (bus: number, rtu: Buffer) => Buffer | null
  compressed?: boolean
  heartbeatMs?: number
}

export type Awt100 = {
  readonly caller: Caller
  /** Null until the centre has judged. */
  readonly passed: boolean | null
  readonly toldTime: string | null
  upload(dataTime: string): void
  send(bytes: Buffer): void
  stop(): Promise<void>
}

const TYPE = { auth: 1, beat: 2, data: 3, packed: 4, down: 0xf1, answer: 0xf2 }

export const frameAwt = (type: number, data: Buffer): Buffer => {
  const head = Buffer.from([0x1f, 0x1f, type, 0, 0, 0, 0])
  head.writeUInt32BE(data.length, 3)
  return Buffer.concat([head, data])
}

const cipher = (secret: Buffer, plain: Buffer): Buffer => {
  const aes = createCipheriv('aes-128-cbc', secret, secret)
  return Buffer.concat([aes.update(plain), aes.final()])
}

const plainOf = (secret: Buffer, sealed: Buffer): Buffer => {
  const aes = createDecipheriv('aes-128-cbc', secret, secret)
  return Buffer.concat([aes.update(sealed), aes.final()])
}

const common = (gatewayNo: string, type: string): string =>
  `<common><building_id>B1</building_id><gateway_id>${gatewayNo}</gateway_id><type>${type}</type></common>`

const document = (gatewayNo: string, type: string, body: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><root>${common(gatewayNo, type)}${body}</root>`,
  )

const digits = (value: number, length: number): string => value.toString().padStart(length, '0')

const dataXml = (time: string, meters: readonly GatewayMeter[]): string => {
  const rows = meters.map(({ bus, unit, values }) => {
    const functions = Object.entries(values).map(
      ([id, value]) => `<function id="${id}" error="">${value}</function>`,
    )
    return `<meter id="${digits(bus, 2)}${digits(unit, 3)}">${functions.join('')}</meter>`
  })
  return `<data operation="report"><time>${time}</time>${rows.join('')}</data>`
}

const element = (xml: string, name: string): string | null =>
  new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(xml)?.[1] ?? null

export const startAwt100 = (options: Awt100Options): Awt100 => {
  const { gatewayNo, secret } = options
  const state: { passed: boolean | null; toldTime: string | null } = {
    passed: null,
    toldTime: null,
  }
  let pending = Buffer.alloc(0)
  const send = (bytes: Buffer) => caller.socket?.write(bytes)
  const sendXml = (type: number, word: string, body: string) =>
    send(frameAwt(type, document(gatewayNo, word, body)))

  const authenticate = (xml: string) => {
    const sequence = element(xml, 'sequence')
    if (sequence !== null) {
      const md5 = createHash('md5')
        .update(Buffer.concat([secret, Buffer.from(sequence)]))
        .digest('hex')
      sendXml(
        TYPE.auth,
        'id_validate',
        `<id_validate operation="md5"><md5>${md5}</md5></id_validate>`,
      )
    }
    const result = element(xml, 'result')
    if (result !== null) state.passed = result === 'pass'
  }
  const carry = (sealed: Buffer) => {
    const [place = '', hex = ''] = plainOf(secret, sealed).toString('latin1').split('|')
    const reply = options.answer(Number(place.slice(0, 2)), Buffer.from(hex, 'hex'))
    if (!reply) return
    const text = `${place}|${reply.toString('hex').toUpperCase()}`
    send(frameAwt(TYPE.answer, cipher(secret, Buffer.from(text))))
  }
  const obey = (type: number, data: Buffer) => {
    if (type === TYPE.auth) authenticate(data.toString())
    if (type === TYPE.beat) state.toldTime = element(data.toString(), 'time')
    if (type === TYPE.down) carry(data)
  }
  const caller = startCaller(options.to, {
    up: () => sendXml(TYPE.auth, 'id_validate', '<id_validate operation="request"/>'),
    bytes: (bytes) => {
      pending = Buffer.concat([pending, bytes])
      while (pending.length >= 7 && pending.length >= 7 + pending.readUInt32BE(3)) {
        const end = 7 + pending.readUInt32BE(3)
        obey(pending[2] ?? 0, pending.subarray(7, end))
        pending = Buffer.from(pending.subarray(end))
      }
    },
    down: () => {
      state.passed = null
      pending = Buffer.alloc(0)
    },
  })
  const beat = setInterval(() => {
    if (state.passed) sendXml(TYPE.beat, 'heart_beat', '<heart_beat operation="time"/>')
  }, options.heartbeatMs ?? 30_000)
  return {
    caller,
    get passed() {
      return state.passed
    },
    get toldTime() {
      return state.toldTime
    },
    upload: (time) => {
      const xml = document(gatewayNo, 'report', dataXml(time, options.meters()))
      const body = options.compressed ? deflateSync(xml) : xml
      send(frameAwt(options.compressed ? TYPE.packed : TYPE.data, cipher(secret, body)))
    },
    send,
    stop: async () => {
      clearInterval(beat)
      await caller.stop()
    },
  }
}
