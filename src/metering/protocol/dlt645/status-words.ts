// Status words 状态字 1–7: their bits as data, and word 3, which the prepaid business lives on,
// as a typed value. Bit 4 is what the relay is, bit 6 what it was ordered to be.

import type { Words } from '../../../shared/words.ts'
import type { Bit } from './format.ts'

const NO: Words = { zh: '正常', en: 'normal' }
const YES: Words = { zh: '发生', en: 'raised' }
const FORWARD: Words = { zh: '正向', en: 'forward' }
const REVERSE: Words = { zh: '反向', en: 'reverse' }
const CLOSED: Words = { zh: '通', en: 'closed' }
const TRIPPED: Words = { zh: '断', en: 'tripped' }
const FIRST: Words = { zh: '第一套', en: 'first set' }
const SECOND: Words = { zh: '第二套', en: 'second set' }
const OPENED: Words = { zh: '已开户', en: 'opened' }
const NOT_OPENED: Words = { zh: '未开户', en: 'not opened' }
const OFF: Words = { zh: '否', en: 'no' }
const ON: Words = { zh: '是', en: 'yes' }

const bit = (at: number, zh: string, en: string, states: readonly Words[] = [NO, YES]): Bit => ({
  at,
  width: states.length > 2 ? 2 : 1,
  zh,
  en,
  states,
})

const WORD_1: readonly Bit[] = [
  bit(1, '需量积算方式', 'demand mode', [
    { zh: '滑差', en: 'sliding' },
    { zh: '区间', en: 'interval' },
  ]),
  bit(2, '时钟电池', 'clock battery', [NO, { zh: '欠压', en: 'low' }]),
  bit(3, '停电抄表电池', 'read-out battery', [NO, { zh: '欠压', en: 'low' }]),
  bit(4, '有功功率方向', 'active power direction', [FORWARD, REVERSE]),
  bit(5, '无功功率方向', 'reactive power direction', [FORWARD, REVERSE]),
  // Sources disagree on bit 6: the fee mode, or (an extension) a magnetic field.
  bit(6, '费控模式/恒定磁场', 'remote fee mode, or magnetic field', [OFF, ON]),
  bit(8, '控制回路错误', 'control loop error'),
  bit(9, 'ESAM错误', 'ESAM error'),
  bit(12, '程序错误', 'program error'),
  bit(13, '存储器故障', 'memory error'),
  bit(14, '透支状态', 'overdraft'),
  bit(15, '时钟故障', 'clock fault'),
]

const PHASES: readonly Words[] = [
  { zh: 'A相', en: 'phase A' },
  { zh: 'B相', en: 'phase B' },
  { zh: 'C相', en: 'phase C' },
]

const WORD_2: readonly Bit[] = PHASES.flatMap(({ zh, en }, i) => [
  bit(i, `${zh}有功功率方向`, `${en} active direction`, [FORWARD, REVERSE]),
  bit(4 + i, `${zh}无功功率方向`, `${en} reactive direction`, [FORWARD, REVERSE]),
])

const WORD_3: readonly Bit[] = [
  bit(0, '当前运行时段', 'running period set', [FIRST, SECOND]),
  bit(1, '供电方式', 'supply', [
    { zh: '主电源', en: 'main' },
    { zh: '辅助电源', en: 'auxiliary' },
    { zh: '电池', en: 'battery' },
    { zh: '保留', en: 'reserved' },
  ]),
  bit(3, '编程允许', 'programming permitted', [OFF, ON]),
  bit(4, '继电器状态', 'relay state', [CLOSED, TRIPPED]),
  bit(5, '当前运行时区', 'running zone set', [FIRST, SECOND]),
  bit(6, '继电器命令状态', 'relay command', [CLOSED, TRIPPED]),
  bit(7, '预跳闸报警状态', 'pre-trip alarm', [OFF, ON]),
  bit(8, '电能表类型', 'prepaid kind', [
    { zh: '非预付费表', en: 'not prepaid' },
    { zh: '电量型预付费', en: 'energy prepaid' },
    { zh: '电费型预付费', en: 'money prepaid' },
    { zh: '保留', en: 'reserved' },
  ]),
  bit(10, '当前运行分时费率', 'running price set', [FIRST, SECOND]),
  bit(11, '当前阶梯', 'running tier set', [FIRST, SECOND]),
  bit(12, '保电状态', 'keep power', [OFF, ON]),
  bit(13, '身份认证状态', 'authentication valid', [OFF, ON]),
  bit(14, '本地开户', 'local account', [OPENED, NOT_OPENED]),
  bit(15, '远程开户', 'remote account', [OPENED, NOT_OPENED]),
]

const PHASE_WORD: readonly Bit[] = [
  bit(0, '失压', 'voltage loss'),
  bit(1, '欠压', 'under-voltage'),
  bit(2, '过压', 'over-voltage'),
  bit(3, '失流', 'current loss'),
  bit(4, '过流', 'over-current'),
  bit(5, '过载', 'overload'),
  bit(6, '潮流反向', 'power reversed'),
  bit(7, '断相', 'phase lost'),
  bit(8, '断流', 'current cut'),
]

const WORD_7: readonly Bit[] = [
  bit(0, '电压逆相序', 'voltage phase sequence'),
  bit(1, '电流逆相序', 'current phase sequence'),
  bit(2, '电压不平衡', 'voltage unbalance'),
  bit(3, '电流不平衡', 'current unbalance'),
  bit(4, '辅助电源失电', 'auxiliary supply lost'),
  bit(5, '掉电', 'power down'),
  bit(6, '需量超限', 'demand exceeded'),
  bit(7, '总功率因数超下限', 'total power factor below limit'),
  bit(8, '电流严重不平衡', 'severe current unbalance'),
  // Sources disagree by one bit on the two covers.
  bit(9, '开表盖', 'meter cover open'),
  bit(10, '开端钮盖', 'terminal cover open'),
]

/** Bits of word n at index n − 1. Words 4–6 are phases A–C. */
export const STATUS_WORDS: readonly (readonly Bit[])[] = [
  WORD_1,
  WORD_2,
  WORD_3,
  PHASE_WORD,
  PHASE_WORD,
  PHASE_WORD,
  WORD_7,
]

export const bitValue = (word: number, { at, width }: Bit): number =>
  (word >> at) & (width === 2 ? 3 : 1)

/** The bits that are not in their first (quiet) state. */
export const raisedBits = (word: number, bits: readonly Bit[]): Bit[] =>
  bits.filter((one) => bitValue(word, one) !== 0)

export type RelayPosition = 'closed' | 'tripped'

export type StatusWord3 = {
  word: number
  /** What the relay is (bit 4) and what it was last ordered to be (bit 6). */
  relay: RelayPosition
  relayOrdered: RelayPosition
  keepPower: boolean
  preTripAlarm: boolean
  prepaidKind: 'none' | 'energy' | 'money' | 'unknown'
  supply: 'main' | 'auxiliary' | 'battery' | 'unknown'
  programmingPermitted: boolean
  runningPeriodSet: 1 | 2
  runningZoneSet: 1 | 2
  runningPriceSet: 1 | 2
  runningTierSet: 1 | 2
  authenticationValid: boolean
  localAccountOpen: boolean
  remoteAccountOpen: boolean
}

const SUPPLIES = ['main', 'auxiliary', 'battery'] as const
const PREPAID_KINDS = ['none', 'energy', 'money'] as const

/** Word 3 of a fee-control meter. Bits 12–15 are of one maker: a model may have to ignore them. */
export const statusWord3 = (word: number): StatusWord3 => {
  const on = (at: number) => ((word >> at) & 1) === 1
  const position = (at: number) => (on(at) ? 'tripped' : 'closed')
  const set = (at: number) => (on(at) ? 2 : 1)
  return {
    word,
    relay: position(4),
    relayOrdered: position(6),
    keepPower: on(12),
    preTripAlarm: on(7),
    prepaidKind: PREPAID_KINDS[(word >> 8) & 3] ?? 'unknown',
    supply: SUPPLIES[(word >> 1) & 3] ?? 'unknown',
    programmingPermitted: on(3),
    runningPeriodSet: set(0),
    runningZoneSet: set(5),
    runningPriceSet: set(10),
    runningTierSet: set(11),
    authenticationValid: on(13),
    localAccountOpen: !on(14),
    remoteAccountOpen: !on(15),
  }
}
