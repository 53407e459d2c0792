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

export type LinkFields = {
  /** The first that was found; what the methods return beside it means nothing. */
  readonly problem: LinkProblem | null
  fail(name: string, zh: string, en: string): void
  has(name: string): boolean
  port(name: string): number
  text(name: string, pattern: RegExp, zh: string, en: string): string
  oneOf<Choice extends string | number>(
    name: string,
    choices: readonly Choice[],
    otherwise: Choice,
  ): Choice
  flag(name: string): boolean
  whole(name: string, least: number, most: number, otherwise: number): number
  /** Bytes of a registration packet or heartbeat. */
  packet(name: string, least: number): Buffer
  /** A sealed value in base64. */
  sealed(name: string): Buffer
}

/** `named` turns the name of a field into the one to be told, e.g. `buses.2.path`. */
export const linkFields = (
  values: Readonly<Record<string, unknown>>,
  named: (name: string) => string = (name) => name,
): LinkFields => {
  let problem: LinkProblem | null = null
  const fail = (name: string, zh: string, en: string): void => {
    problem ??= { field: named(name), zh, en }
  }
  const has = (name: string): boolean => values[name] !== undefined && values[name] !== null
  const whole = (name: string, least: number, most: number, otherwise: number): number => {
    const value = has(name) ? values[name] : otherwise
    const good = typeof value === 'number' && Number.isInteger(value)
    if (good && value >= least && value <= most) return value
    fail(name, `须为 ${least} 至 ${most} 的整数`, `A whole number from ${least} to ${most}`)
    return otherwise
  }
  return {
    get problem() {
      return problem
    },
    fail,
    has,
    whole,
    port: (name) => whole(name, 1, PORT_MAX, 0),
    text: (name, pattern, zh, en) => {
      const value = values[name]
      if (typeof value === 'string' && pattern.test(value)) return value
      fail(name, zh, en)
      return ''
    },
    oneOf: (name, choices, otherwise) => {
      if (!has(name)) return otherwise
      const chosen = choices.find((choice) => choice === values[name])
      if (chosen === undefined) {
        fail(name, `须为 ${choices.join('、')} 之一`, `One of ${choices.join(', ')}`)
      }
      return chosen ?? otherwise
    },
    flag: (name) => {
      if (!has(name)) return false
      if (typeof values[name] !== 'boolean') fail(name, '须为 true 或 false', 'True or false')
      return values[name] === true
    },
    packet: (name, least) => {
      const value = values[name]
      const bytes = typeof value === 'string' ? packetBytes(value) : null
      if (bytes && bytes.length >= least && bytes.length <= PACKET_MAX) return bytes
      fail(
        name,
        `须为 ${least} 至 ${PACKET_MAX} 字节：文本，或 hex: 加十六进制`,
        `${least} to ${PACKET_MAX} bytes: text, or hex: and hexadecimal digits`,
      )
      return Buffer.alloc(0)
    },
    sealed: (name) => {
      const value = values[name]
      if (typeof value === 'string' && /^[A-Za-z0-9+/]{40,}={0,2}$/.test(value)) {
        return Buffer.from(value, 'base64')
      }
      fail(name, '缺少密钥', 'The secret is missing')
      return Buffer.alloc(0)
    },
  }
}
