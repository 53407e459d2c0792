// Reads the fields of stored link settings 链路参数字段 and says what is wrong with the first bad one, in
// both languages, by the name it has in the settings.

export type LinkProblem = { field: string; zh: string; en: string }

const PORT_MAX = 65_535
/** Boxes allow 40 bytes; newer ones more. */
const PACKET_MAX = 128
const HEX_MARK = 'hex:'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? value : {}

/** Text as it is, or `hex:` and hexadecimal digits. Null where the digits are none. */
const packetBytes = (text: string): Buffer | null => {
  if (!text.startsWith(HEX_MARK)) return Buffer.from(text)
  const digits = text.slice(HEX_MARK.length).replaceAll(/\s/g, '')
  return /^([0-9a-fA-F]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : null
}

export class LinkFields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #named: (name: string) => string
  #problem: LinkProblem | null = null

  constructor(
    values: Readonly<Record<string, unknown>>,
    named: (name: string) => string = (name) => name,
  ) {
    this.#values = values
    this.#named = named
  }

  /** The first that was found; what the methods return beside it means nothing. */
  get problem(): LinkProblem | null {
    return this.#problem
  }

  fail(name: string, zh: string, en: string): void {
    this.#problem ??= { field: this.#named(name), zh, en }
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null
  }

  whole(name: string, least: number, most: number, otherwise: number): number {
    const value = this.has(name) ? this.#values[name] : otherwise
    const good = typeof value === 'number' && Number.isInteger(value)
    if (good && value >= least && value <= most) return value
    this.fail(name, `须为 ${least} 至 ${most} 的整数`, `A whole number from ${least} to ${most}`)
    return otherwise
  }

  port(name: string): number {
    return this.whole(name, 1, PORT_MAX, 0)
  }

  text(name: string, pattern: RegExp, zh: string, en: string): string {
    const value = this.#values[name]
    if (typeof value === 'string' && pattern.test(value)) return value
    this.fail(name, zh, en)
    return ''
  }

  oneOf<Choice extends string | number>(
    name: string,
    choices: readonly Choice[],
    otherwise: Choice,
  ): Choice {
    if (!this.has(name)) return otherwise
    const chosen = choices.find((choice) => choice === this.#values[name])
    if (chosen !== undefined) return chosen
    this.fail(name, `须为 ${choices.join('、')} 之一`, `One of ${choices.join(', ')}`)
    return otherwise
  }

  flag(name: string): boolean {
    if (!this.has(name)) return false
    const value = this.#values[name]
    if (typeof value !== 'boolean') this.fail(name, '须为 true 或 false', 'True or false')
    return value === true
  }

  /** Bytes of a registration packet or heartbeat. */
  packet(name: string, least: number): Buffer {
    const value = this.#values[name]
    const bytes = typeof value === 'string' ? packetBytes(value) : null
    if (bytes && bytes.length >= least && bytes.length <= PACKET_MAX) return bytes
    this.fail(
      name,
      `须为 ${least} 至 ${PACKET_MAX} 字节：文本，或 hex: 加十六进制`,
      `${least} to ${PACKET_MAX} bytes: text, or hex: and hexadecimal digits`,
    )
    return Buffer.alloc(0)
  }

  /** A sealed value in base64; a bad one is told by the name under which it is entered. */
  sealed(name: string, entered: string): Buffer {
    const value = this.#values[name]
    if (typeof value === 'string' && /^[A-Za-z0-9+/]{40,}={0,2}$/.test(value)) {
      return Buffer.from(value, 'base64')
    }
    this.fail(entered, '缺少密钥', 'The secret is missing')
    return Buffer.alloc(0)
  }
}
