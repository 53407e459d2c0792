// Searching one bus 总线搜表: which question comes next, and what was found. What has to be remembered
// from one question to the next is plain data, so another process can go on; nothing is changed in
// any device.

import type { BusLine } from '../bus-line.ts'
import type { Fault } from '../driver.ts'
import type { MeterModel } from '../meter-model/meter-model.ts'
import {
  type AddressSearch,
  afterAnswer,
  coverage,
  nextQuestion,
  startSearch,
} from './address-search.ts'
import { type Identity, identifyDlt645, identifyModbus } from './identify.ts'
import { askAddresses, askUnit } from './probes.ts'
import type { Submit } from './trace.ts'
import {
  afterUnit,
  nextUnit,
  rangesOf,
  startUnits,
  type UnitSearch,
  unitCoverage,
} from './unit-search.ts'

export type ScanProtocol = 'dlt645' | 'modbus'

export type ScanWish = {
  protocols: readonly ScanProtocol[]
  /** Addresses that the registers have on this bus. */
  known: Readonly<Record<ScanProtocol, readonly string[]>>
  thorough: boolean
}

export type FoundDevice = { protocol: ScanProtocol; address: string; identity: Identity | null }

export type BusScan = {
  addresses: AddressSearch | null
  units: UnitSearch | null
  found: FoundDevice[]
}

export const startScan = (wish: ScanWish, models: Iterable<MeterModel>): BusScan => {
  const known = wish.known.modbus
  return {
    addresses: wish.protocols.includes('dlt645')
      ? startSearch({ known: wish.known.dlt645, thorough: wish.thorough })
      : null,
    units: wish.protocols.includes('modbus')
      ? startUnits(rangesOf(models).slice(0, wish.thorough ? undefined : 1), known.map(Number))
      : null,
    found: [],
  }
}

const withNew = (scan: BusScan, protocol: ScanProtocol, found: readonly string[]): BusScan => {
  const known = new Set(
    scan.found.filter((one) => one.protocol === protocol).map(({ address }) => address),
  )
  const fresh = found.filter((address) => !known.has(address))
  if (fresh.length === 0) return scan
  const more = fresh.map((address) => ({ protocol, address, identity: null }))
  return { ...scan, found: [...scan.found, ...more] }
}

export type ScanStep = { ok: true; scan: BusScan; ended: boolean } | Fault

/** Where it stands, 0 to 1; what was found and not asked for its name yet is still to do. */
export const scanProgress = ({ addresses, units, found }: BusScan): number => {
  const parts = [
    ...(addresses ? [coverage(addresses)] : []),
    ...(units ? [unitCoverage(units)] : []),
  ]
  const searched = parts.reduce((sum, part) => sum + part, 0) / Math.max(1, parts.length)
  const named = found.filter(({ identity }) => identity !== null).length
  const NAMING = 0.1
  const naming = found.length === 0 ? searched : named / found.length
  return searched * (1 - NAMING) + naming * NAMING
}

type Over = { line: BusLine; models: Iterable<MeterModel>; bus: { submit: Submit } }

const nameNext = async ({ line, models, bus }: Over, scan: BusScan): Promise<ScanStep> => {
  const at = scan.found.findIndex(({ identity }) => identity === null)
  const one = scan.found[at]
  if (!one) return { ok: true, scan, ended: true }
  const identity =
    one.protocol === 'dlt645'
      ? await identifyDlt645(bus, models, one.address)
      : await identifyModbus(line, bus, models, one.address)
  const found = scan.found.with(at, { ...one, identity })
  return { ok: true, scan: { ...scan, found }, ended: false }
}

/** One question, or the name of one device. Faults: the line is gone, or the process stops. */
export const scanStep = async (over: Over, scan: BusScan): Promise<ScanStep> => {
  const { line, bus } = over
  const { addresses, units } = scan
  const { replyTimeoutMs, framing } = line
  const question = addresses && nextQuestion(addresses)
  if (addresses && question) {
    const heard = await askAddresses({ submit: bus.submit, replyTimeoutMs }, question)
    if (!heard.ok) return heard
    const next = afterAnswer(addresses, heard.value)
    const grown = withNew({ ...scan, addresses: next }, 'dlt645', next.found)
    return { ok: true, scan: grown, ended: false }
  }
  const unit = units && nextUnit(units)
  if (units && unit) {
    const answered = await askUnit({ submit: bus.submit, replyTimeoutMs, framing }, unit)
    if (!answered.ok) return answered
    const next = afterUnit(units, answered.value)
    const grown = withNew({ ...scan, units: next }, 'modbus', next.found.map(String))
    return { ok: true, scan: grown, ended: false }
  }
  return nameNext(over, scan)
}
