// The results of a round of reading as a sheet 抄表结果导出, in the language of who asks for it.

import type { ReadRoundItem } from '../http/contract/rounds.ts'
import { fen, yuanText } from '../ledger/money.ts'
import type { FaultReason } from '../metering/driver.ts'
import type { Language, Words } from '../shared/words.ts'

export const STATES: Readonly<Record<ReadRoundItem['state'], Words>> = {
  queued: { zh: '等待', en: 'waiting' },
  sent: { zh: '抄读中', en: 'reading' },
  acknowledged: { zh: '抄读中', en: 'reading' },
  confirmed: { zh: '已抄到', en: 'read' },
  failed: { zh: '未抄到', en: 'not read' },
  expired: { zh: '超时', en: 'expired' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  held: { zh: '挂起', en: 'held' },
}

export const RELAYS: Readonly<Record<NonNullable<ReadRoundItem['relay']>, Words>> = {
  closed: { zh: '合闸', en: 'closed' },
  tripped: { zh: '拉闸', en: 'tripped' },
  closePermitted: { zh: '允许合闸', en: 'close permitted' },
}

const POINT_KINDS: Readonly<Record<string, Words>> = {
  lighting: { zh: '照明', en: 'lighting' },
  aircon: { zh: '空调', en: 'air conditioning' },
  power: { zh: '动力', en: 'power' },
  public: { zh: '公共', en: 'public' },
}

const FAULTS: Readonly<Record<FaultReason, Words>> = {
  'gateway-offline': { zh: '通讯管理机离线', en: 'gateway offline' },
  timeout: { zh: '电表无应答', en: 'the meter does not answer' },
  'bad-reply': { zh: '应答内容有误', en: 'a reply that makes no sense' },
  'refused-by-meter': { zh: '电表拒绝', en: 'refused by the meter' },
  'not-supported': { zh: '表型不支持', en: 'not supported by the model' },
  'deadline-passed': { zh: '已超过有效时间', en: 'its deadline has passed' },
  stopped: { zh: '系统正在停止', en: 'the system is stopping' },
}

export const REASONS: Readonly<Record<string, Words>> = {
  ...FAULTS,
  notServed: { zh: '通讯管理机暂未接管', en: 'the gateway is not served yet' },
  deadlinePassed: { zh: '已超过有效时间，未执行', en: 'its deadline passed before it was read' },
  cancelledByOperator: { zh: '操作员取消', en: 'cancelled by an operator' },
  canaryFailed: {
    zh: '先行试点未成功，整批停止',
    en: 'the first meters failed, the batch stopped',
  },
  surge: { zh: '拉闸过多，联锁停止', en: 'too many trips, stopped by the interlock' },
  superseded: { zh: '被后来的命令取代', en: 'a later command took its place' },
  refusedByMeter: { zh: '电表拒绝执行', en: 'the meter refuses' },
  outcomeUnknown: { zh: '已发出，结果不明', en: 'sent, the outcome is not known' },
}

type Cell = string | number | null
type Column = Words & { of(item: ReadRoundItem, language: Language): Cell }

const column = (zh: string, en: string, of: Column['of']): Column => ({ zh, en, of })
/** What no table knows stays as it is. */
export const said = (
  table: Readonly<Record<string, Words>>,
  code: string | null,
  language: Language,
): string => (code === null ? '' : (table[code]?.[language] ?? code))

const WH_DIGITS = 3
const kWhText = (wh: number): string => {
  const digits = String(Math.abs(wh)).padStart(WH_DIGITS + 1, '0')
  const whole = `${digits.slice(0, -WH_DIGITS)}.${digits.slice(-WH_DIGITS)}`
  return wh < 0 ? `-${whole}` : whole
}

const COLUMNS: readonly Column[] = [
  column('表号', 'Meter', (item) => item.meterNo),
  column('通讯管理机', 'Gateway', (item) => item.gatewayCode),
  column('商铺', 'Premises', (item) => item.premises),
  column('计量点', 'Point', (item, language) => said(POINT_KINDS, item.pointKind, language)),
  column('结果', 'Result', (item, language) => STATES[item.state][language]),
  column('抄读次数', 'Attempts', (item) => item.attempts),
  column('抄读时间', 'Read at', (item) => item.readAt),
  column('电量(kWh)', 'Energy (kWh)', ({ energyWh }) =>
    energyWh === null ? null : kWhText(energyWh),
  ),
  column('剩余金额(元)', 'Balance (yuan)', ({ balanceFen }) =>
    balanceFen === null ? null : yuanText(fen(balanceFen)),
  ),
  column('继电器', 'Relay', ({ relay }, language) =>
    relay === null ? null : RELAYS[relay][language],
  ),
  column('功率(W)', 'Power (W)', (item) => item.powerW),
  column('时钟偏差(ms)', 'Clock offset (ms)', (item) => item.clockOffsetMs),
  column('原因', 'Reason', (item, language) => said(REASONS, item.reason, language)),
  column('说明', 'Detail', (item) => item.detail),
]

/** The headings, then a row for each meter. Of what was not read the cell is empty. */
export const roundSheet = (items: readonly ReadRoundItem[], language: Language): Cell[][] => [
  COLUMNS.map((each) => each[language]),
  ...items.map((item) => COLUMNS.map((each) => each.of(item, language))),
]
