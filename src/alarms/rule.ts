// What an alarm rule 报警规则 is: its words, and a pure decision over facts. Raised once, cleared
// once; a gap lies between, so that a value at the limit does not flicker. Unknown decides nothing.

import type { Instant } from '../shared/clock.ts'
import type { ComplexId, GatewayId, MeterId, SupplyId, TenantId } from '../shared/ids.ts'

export type Severity = 'info' | 'warning' | 'serious'
export type Decision = 'raise' | 'clear' | 'keep'
export type Evidence = Readonly<Record<string, string | number | boolean | null>>

/** What is known of the prices in a meter. */
export type PriceFacts = {
  /** The last push of which something was sent. */
  push: {
    planId: number
    version: number
    switchAt: Instant
    /** Its command has not ended. */
    underWay: boolean
    /** Written and read back. */
    writtenAt: Instant | null
    /** Read after the switch-over. */
    inForceAt: Instant | null
    /** After its moment the meter had something else. */
    lostAt: Instant | null
  } | null
  /** A change of the plan, a day ahead or past, that the meter was not seen to follow. */
  due: { planId: number; version: number; at: Instant } | null
  /** Tables that are not as the plan says; null where nobody can tell. */
  differs: readonly string[] | null
}

export type Deduction = {
  deductedFen: number
  pricedFen: number
  /** What steps of registers and estimates may make of it. */
  slackFen: number
  energyWh: number
  /** Days running on which the two differed by more; 0: the last one agrees. */
  astrayDays: number
}

export type MeterFacts = {
  meterId: MeterId
  gatewayId: GatewayId
  supplyId: SupplyId | null
  tenantId: TenantId | null
  /** The meter's own word; null while it has not been read. */
  opened: boolean | null
  /** Remaining − overdraft, as last read, with its time. */
  balanceFen: number | null
  balanceAt: Instant | null
  /** A purchase is on its way or has just arrived: the balance may be from before it. */
  paidLately: boolean
  limits: { alarm1Fen: number; alarm2Fen: number; overdraftFen: number } | null
  answeredAt: Instant | null
  silentSince: Instant | null
  fault: string | null
  gateway: { online: boolean; since: Instant } | null
  /** How often its status is to be read. */
  statusMs: number
  /** The newest doubtful reading nobody has decided about. */
  suspect: { at: Instant; flags: number } | null
  /** meter − centre, as last measured. */
  clock: { offsetMs: number; at: Instant } | null
  /** Why deliveries to this meter are stopped. */
  hold: { reason: string; since: Instant } | null
  /** It hangs at a point; a meter in stock or thrown away need not answer. */
  installed: boolean
  /** Taken down with money in it, or so that nobody knows: since then it is nobody’s credit. */
  barredAt: Instant | null
  /** Counted at this supply and charged to nobody, because no price stands for it. */
  unpricedWh: number
  /** What the last month needs and nobody entered; null: nothing. */
  figuresMissing: { month: string; what: string[] } | null
  /** What the meter took off between two readings of its wallet, against our price. */
  deduction: Deduction | null
  prices: PriceFacts
}

export type GatewayFacts = {
  gatewayId: GatewayId
  enabled: boolean
  online: boolean | null
  since: Instant | null
  fault: string | null
}

export type ComplexFacts = {
  complexId: ComplexId
  /** A year, begun or near, whose holidays prices go by and nobody has named; null: none. */
  unknownYear: number | null
  /** Surges of trips that nobody has released, and the meters in them. */
  surge: { surges: number; meters: number; since: Instant } | null
  /** Meters that the policy wanted kept and could not, or that are kept beyond their time. */
  keeps: { unset: number; overdue: number }
}

type RuleWords = {
  readonly id: string
  readonly severity: Severity
  readonly title: { zh: string; en: string }
  /** The state must have lasted this long before it is an alarm, ms. */
  readonly delayMs: number
}

export type MeterRule = RuleWords & {
  readonly subjectKind: 'meter' | 'supply'
  /** `reading`: decided only where a reading has just been stored; `state`: at any time. */
  readonly basis: 'reading' | 'state'
  /** The template of the message to the tenant, null where he is not told. */
  readonly message: string | null
  decide(facts: MeterFacts, open: boolean, now: Instant): Decision
  /** What is kept with the alarm and put into the message. */
  evidence(facts: MeterFacts): Evidence
}

export type GatewayRule = RuleWords & {
  readonly subjectKind: 'gateway'
  decide(facts: GatewayFacts, open: boolean, now: Instant): Decision
  evidence(facts: GatewayFacts): Evidence
}

export type ComplexRule = RuleWords & {
  readonly subjectKind: 'complex'
  decide(facts: ComplexFacts, open: boolean, now: Instant): Decision
  evidence(facts: ComplexFacts): Evidence
}

export type AlarmRule = MeterRule | GatewayRule | ComplexRule

export const defineMeterRule = (rule: MeterRule): MeterRule => rule
export const defineGatewayRule = (rule: GatewayRule): GatewayRule => rule

export const defineComplexRule = (rule: ComplexRule): ComplexRule => rule

export const isMeterRule = (rule: AlarmRule): rule is MeterRule =>
  rule.subjectKind === 'meter' || rule.subjectKind === 'supply'

const KINDS: readonly unknown[] = ['meter', 'supply', 'gateway', 'complex']

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The types hold for our own files; this catches a file that is no rule at all. */
export const isAlarmRule = (value: unknown): value is AlarmRule =>
  isRecord(value) &&
  typeof value.id === 'string' &&
  KINDS.includes(value.subjectKind) &&
  typeof value.decide === 'function' &&
  typeof value.evidence === 'function'
