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
  `<common><building_id>B1</building_id><gateway_id>${gatewayNo}</gateway_id>` +
  `<type>${type}</type></common>`

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

const proofOf = (secret: Buffer, sequence: string): string =>
  createHash('md5')
    .update(Buffer.concat([secret, Buffer.from(sequence)]))
    .digest('hex')

/** What passes over one connection after the other. */
class Box implements Awt100 {
  readonly caller: Caller
  passed: boolean | null = null
  toldTime: string | null = null
  readonly #options: Awt100Options
  readonly #beat: NodeJS.Timeout
  #pending: Buffer = Buffer.alloc(0)

  constructor(options: Awt100Options) {
    this.#options = options
    this.caller = startCaller(options.to, {
      up: () => this.#sendXml(TYPE.auth, 'id_validate', '<id_validate operation="request"/>'),
      bytes: (bytes) => this.#receive(bytes),
      down: () => {
        this.passed = null
        this.#pending = Buffer.alloc(0)
      },
    })
    this.#beat = setInterval(() => {
      if (this.passed) this.#sendXml(TYPE.beat, 'heart_beat', '<heart_beat operation="time"/>')
    }, options.heartbeatMs ?? 30_000)
  }

  upload(time: string): void {
    const { gatewayNo, secret, meters, compressed } = this.#options
    const xml = document(gatewayNo, 'report', dataXml(time, meters()))
    const body = compressed ? deflateSync(xml) : xml
    this.send(frameAwt(compressed ? TYPE.packed : TYPE.data, cipher(secret, body)))
  }

  send(bytes: Buffer): void {
    this.caller.socket?.write(bytes)
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat)
    await this.caller.stop()
  }

  #sendXml(type: number, word: string, body: string): void {
    this.send(frameAwt(type, document(this.#options.gatewayNo, word, body)))
  }

  #receive(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes])
    for (;;) {
      const head = this.#pending.length >= 7
      const end = head ? 7 + this.#pending.readUInt32BE(3) : Number.POSITIVE_INFINITY
      if (this.#pending.length < end) return
      this.#obey(this.#pending.readUInt8(2), this.#pending.subarray(7, end))
      this.#pending = this.#pending.subarray(end)
    }
  }

  #obey(type: number, data: Buffer): void {
    if (type === TYPE.auth) this.#authenticate(data.toString())
    if (type === TYPE.beat) this.toldTime = element(data.toString(), 'time')
    if (type === TYPE.down) this.#carry(data)
  }

  #authenticate(xml: string): void {
    const sequence = element(xml, 'sequence')
    if (sequence !== null) {
      const md5 = `<md5>${proofOf(this.#options.secret, sequence)}</md5>`
      const body = `<id_validate operation="md5">${md5}</id_validate>`
      this.#sendXml(TYPE.auth, 'id_validate', body)
    }
    const result = element(xml, 'result')
    if (result !== null) this.passed = result === 'pass'
  }

  #carry(sealed: Buffer): void {
    const { secret, answer } = this.#options
    const [place = '', hex = ''] = plainOf(secret, sealed).toString('latin1').split('|')
    const reply = answer(Number(place.slice(0, 2)), Buffer.from(hex, 'hex'))
    if (!reply) return
    const text = `${place}|${reply.toString('hex').toUpperCase()}`
    this.send(frameAwt(TYPE.answer, cipher(secret, Buffer.from(text))))
  }
}

export const startAwt100 = (options: Awt100Options): Awt100 => new Box(options)
