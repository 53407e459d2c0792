// Settings 设置: the only reader of the environment. Parsed once; a bad one stops the start with a
// line that names it.

import { resolve } from 'node:path'
import { parseWebEdge, WEB_SETTINGS, type WebEdgeConfig } from './config/web-edge.ts'

export type Config = {
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null
  dataDir: string
  port: number
  host: string
  /** The one in use and, during a rotation, the next; none: kept in the data folder. */
  masterKeys: readonly Buffer[]
  adminPassword: string | null
  /** False with `--empty`: no demo complex, no simulator. */
  demo: boolean
  /** Multiplies what the simulated shops use. */
  simLoad: number
  /** Meters of the simulated complex; null: the demo drawn by hand, or as it was first made. */
  simMeters: number | null
  mqtt: MqttConfig
  edge: WebEdgeConfig
}

export type MqttConfig =
  /** The user's own broker 用户自有代理. */
  | { url: string; user: string | null; password: Buffer | null }
  /** The broker inside this program; otherwise it listens once a gateway needs it. */
  | { port: number; atOnce: boolean }

export type Setting = { name: string; standard: string; zh: string; en: string }

export const SETTINGS: readonly Setting[] = [
  {
    name: 'PREWATT_DATABASE_URL',
    standard: '',
    zh: '使用自己的 PostgreSQL（15 或更高）；不设则用内嵌数据库',
    en: 'your own PostgreSQL (15 or later); embedded when not set',
  },
  { name: 'PREWATT_DATA', standard: './data', zh: '数据文件夹', en: 'data folder' },
  { name: 'PREWATT_PORT', standard: '8080', zh: '网页端口', en: 'web port' },
  { name: 'PREWATT_HOST', standard: '127.0.0.1', zh: '监听地址', en: 'address to listen on' },
  {
    name: 'PREWATT_MASTER_KEY',
    standard: '',
    zh: '主密钥，64 位十六进制；不设则首次启动时生成到数据文件夹',
    en: 'master key, 64 hex digits; generated into the data folder when not set',
  },
  {
    name: 'PREWATT_MASTER_KEY_NEXT',
    standard: '',
    zh: '轮换时的下一把主密钥，见 docs/secrets.md',
    en: 'the next master key during a rotation, see docs/secrets.md',
  },
  {
    name: 'PREWATT_ADMIN_PASSWORD',
    standard: '',
    zh: '首次启动时 admin 的密码；不设则生成并显示一次',
    en: 'password of admin at the first start; generated and printed once when not set',
  },
  {
    name: 'PREWATT_MQTT_PORT',
    standard: '',
    zh: '内嵌 MQTT 代理的端口；不设则有 MQTT 网关时才监听 1883',
    en: 'port of the MQTT broker inside; when not set, 1883 once a gateway speaks MQTT',
  },
  {
    name: 'PREWATT_MQTT_URL',
    standard: '',
    zh: '使用自己的 MQTT 代理，mqtt://用户:密码@主机 或 mqtts://…',
    en: 'your own MQTT broker instead, mqtt://user:password@host or mqtts://…',
  },
  ...WEB_SETTINGS,
]

export type ConfigProblem = { name: string; zh: string; en: string }
export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: ConfigProblem[] }

const PORT_MAX = 65_535
const LOAD_MAX = 100_000
const METERS_MAX = 5_000

const whole = (text: string, min: number, max: number): number | null => {
  const n = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return n >= min && n <= max ? n : null
}

const isDatabaseUrl = (text: string): boolean =>
  URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)

const problem = (name: string, zh: string, en: string): ConfigProblem => ({
  name,
  zh: `${name}：${zh}`,
  en: `${name}: ${en}`,
})

const MQTT_PORT = 1_883
const BROKER_PROTOCOLS: readonly string[] = ['mqtt:', 'mqtts:']

const brokerOf = (text: string): MqttConfig | null => {
  if (!URL.canParse(text)) return null
  const { protocol, host, hostname, pathname, username, password, search, hash } = new URL(text)
  const plain = ['', '/'].includes(pathname) && search === '' && hash === ''
  if (!BROKER_PROTOCOLS.includes(protocol) || hostname === '' || !plain) return null
  try {
    return {
      url: `${protocol}//${host}`,
      user: username === '' ? null : decodeURIComponent(username),
      password: password === '' ? null : Buffer.from(decodeURIComponent(password)),
    }
  } catch {
    // A percent sign that escapes nothing.
    return null
  }
}

const mqttOf = (port: string, url: string): MqttConfig | ConfigProblem => {
  if (port !== '' && url !== '')
    return problem(
      'PREWATT_MQTT_URL',
      '不能与 PREWATT_MQTT_PORT 同时设置',
      'not together with PREWATT_MQTT_PORT',
    )
  if (url !== '')
    return (
      brokerOf(url) ??
      problem(
        'PREWATT_MQTT_URL',
        '须为 mqtt:// 或 mqtts:// 地址，不含路径',
        'must be an mqtt:// or mqtts:// address without a path',
      )
    )
  if (port === '') return { port: MQTT_PORT, atOnce: false }
  const number = whole(port, 1, PORT_MAX)
  if (number !== null) return { port: number, atOnce: true }
  return problem('PREWATT_MQTT_PORT', '须为 1–65535 的整数', 'must be a whole number 1–65535')
}

/** `--name 7` or `--name=7`; undefined where it is not given, null where it is no such number. */
const numberGiven = (args: readonly string[], name: string, max: number) => {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  if (at === -1) return undefined
  const [, inline] = (args[at] ?? '').split('=')
  return whole(inline ?? args[at + 1] ?? '', 1, max)
}

const simulatorOf = (args: readonly string[], problems: ConfigProblem[]) => {
  const given = (name: string, max: number) => {
    const number = numberGiven(args, name, max)
    if (number === null)
      problems.push(problem(name, `须为 1–${max} 的整数`, `must be a whole number 1–${max}`))
    return number ?? null
  }
  return {
    simLoad: given('--sim-load', LOAD_MAX) ?? 1,
    simMeters: given('--sim-meters', METERS_MAX),
  }
}

const MASTER_KEYS = ['PREWATT_MASTER_KEY', 'PREWATT_MASTER_KEY_NEXT'] as const

const masterKeysOf = (
  env: Readonly<Record<string, string | undefined>>,
  problems: ConfigProblem[],
): Buffer[] => {
  const given = MASTER_KEYS.filter((name) => env[name])
  for (const name of given)
    if (!/^[0-9a-fA-F]{64}$/.test(env[name] ?? ''))
      problems.push(problem(name, '须为 64 位十六进制', 'must be 64 hex digits'))
  if (given.length === 1 && given[0] === 'PREWATT_MASTER_KEY_NEXT')
    problems.push(
      problem(
        'PREWATT_MASTER_KEY_NEXT',
        '须与 PREWATT_MASTER_KEY 同时设置',
        'only together with PREWATT_MASTER_KEY',
      ),
    )
  return given.map((name) => Buffer.from(env[name] ?? '', 'hex'))
}

const ARGUMENT = /^--(empty|sim-load|sim-meters)(=|$)/

/** Reads settings and the arguments of `npm start -- …`. */
export const parseConfig = (
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): ConfigResult => {
  const problems: ConfigProblem[] = []
  const databaseUrl = env.PREWATT_DATABASE_URL || null
  if (databaseUrl !== null && !isDatabaseUrl(databaseUrl))
    problems.push(
      problem('PREWATT_DATABASE_URL', '须为 postgres:// 地址', 'must be a postgres:// URL'),
    )
  const port = whole(env.PREWATT_PORT || '8080', 0, PORT_MAX)
  if (port === null)
    problems.push(problem('PREWATT_PORT', '须为 0–65535 的整数', 'must be a whole number 0–65535'))
  const masterKeys = masterKeysOf(env, problems)
  const password = env.PREWATT_ADMIN_PASSWORD || null
  if (password !== null && password.length < 8)
    problems.push(problem('PREWATT_ADMIN_PASSWORD', '至少 8 个字符', 'at least 8 characters'))
  const mqtt = mqttOf(env.PREWATT_MQTT_PORT ?? '', env.PREWATT_MQTT_URL ?? '')
  if ('name' in mqtt) problems.push(mqtt)
  const edge = parseWebEdge(env, problems)
  const simulator = simulatorOf(args, problems)
  const unknown = args.find((arg) => arg.startsWith('--') && !ARGUMENT.test(arg))
  if (unknown !== undefined) problems.push(problem(unknown, '未知参数', 'unknown argument'))
  if (problems.length > 0 || port === null || 'name' in mqtt) return { ok: false, problems }
  return {
    ok: true,
    config: Object.freeze({
      databaseUrl,
      dataDir: resolve(env.PREWATT_DATA || './data'),
      port,
      host: env.PREWATT_HOST || '127.0.0.1',
      masterKeys,
      adminPassword: password,
      demo: !args.includes('--empty'),
      ...simulator,
      mqtt,
      edge,
    }),
  }
}

export const readConfig = (args: readonly string[]): ConfigResult => parseConfig(process.env, args)
