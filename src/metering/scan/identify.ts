// What a device says of itself 表计识别: the items every DL/T 645 meter may keep, and which models fit
// what it answered. A guess for a person to confirm; nothing but reads.

import { meterId } from '../../shared/ids.ts'
import type { BusLine } from '../bus-line.ts'
import type { DeviceConfig } from '../drivers/device.ts'
import type { MeterModel } from '../meter-model/meter-model.ts'
import { readData } from '../protocol/dlt645/commands/read.ts'
import { bcdNumber, digitsOf, isAbsent } from '../protocol/dlt645/digits.ts'
import type { Submit } from './trace.ts'

/** Null where it was not answered. */
export type Identity = {
  meterNo: string | null
  assetNo: string | null
  modelText: string | null
  software: string | null
  maker: string | null
  phases: 1 | 3 | null
  /** It tells a remaining amount. */
  prepaid: boolean | null
  energyWh: number | null
  /** Models that fit what was answered, the likeliest first. */
  models: string[]
}

const NOTHING: Identity = {
  ...{ meterNo: null, assetNo: null, modelText: null, software: null, maker: null },
  ...{ phases: null, prepaid: null, energyWh: null, models: [] },
}

/** Text in a meter comes last byte first, padded with nulls or spaces. */
const textOf = (bytes: Buffer | null): string | null => {
  if (bytes === null) return null
  const text = Buffer.from(bytes).reverse().toString('latin1')
  const printable = text.replace(/[^\x20-\x7e]/g, ' ').trim()
  return printable === '' ? null : printable
}

const WH_PER_COUNT = 10

const ITEMS = {
  meterNo: '04000402',
  assetNo: '04000403',
  modelText: '0400040B',
  software: '04800001',
  maker: '04800003',
  phaseB: '02010200',
  money: '00900200',
  energy: '00000000',
} as const

type Item = keyof typeof ITEMS
const ALL_ITEMS = [
  ...['meterNo' as const, 'assetNo' as const, 'modelText' as const, 'software' as const],
  ...['maker' as const, 'phaseB' as const, 'money' as const, 'energy' as const],
] satisfies readonly Item[]

const fits = (model: MeterModel, { phases, prepaid }: Identity): boolean =>
  model.protocol === 'dlt645-2007' &&
  (phases === null || model.phases === phases) &&
  (prepaid === null || (model.reads.wallet !== null) === prepaid)

/** Those of the maker that the meter names go first, then those of the plain standard. */
const likelihood = (model: MeterModel, { maker, modelText, software }: Identity): number => {
  const said = `${maker ?? ''} ${modelText ?? ''} ${software ?? ''}`.toLowerCase()
  const [own = ''] = model.id.split('-')
  if (said.includes(own) && own !== 'dlt645') return 2
  return own === 'dlt645' ? 1 : 0
}

const modelsFor = (models: Iterable<MeterModel>, identity: Identity): string[] =>
  [...models]
    .filter((model) => fits(model, identity))
    .sort((a, b) => likelihood(b, identity) - likelihood(a, identity))
    .map(({ id }) => id)

export const identifyDlt645 = async (
  bus: { submit: Submit },
  models: Iterable<MeterModel>,
  address: string,
): Promise<Identity> => {
  const heard = new Map<Item, Buffer | null>()
  const read = async (item: Item): Promise<void> => {
    const request = readData(address, ITEMS[item])
    const answer = await bus.submit({ address, request, priority: 'scan' })
    if (answer.ok) heard.set(item, isAbsent(answer.value) ? null : answer.value)
    else if (answer.reason === 'refused-by-meter' || answer.reason === 'not-supported')
      heard.set(item, null)
  }
  for (const item of ALL_ITEMS) await read(item)
  const bytes = (item: Item) => heard.get(item) ?? null
  const energy = bytes('energy')
  const count = energy === null ? 'malformed' : bcdNumber(energy, true)
  const own = bytes('meterNo')
  const identity: Identity = {
    meterNo: own === null ? null : digitsOf(own),
    assetNo: textOf(bytes('assetNo')),
    modelText: textOf(bytes('modelText')),
    software: textOf(bytes('software')),
    maker: textOf(bytes('maker')),
    phases: heard.has('phaseB') ? (bytes('phaseB') === null ? 1 : 3) : null,
    prepaid: heard.has('money') ? bytes('money') !== null : null,
    energyWh: count === 'malformed' ? null : count * WH_PER_COUNT,
    models: [],
  }
  return { ...identity, models: modelsFor(models, identity) }
}

const VOLTAGE_DV = { least: 1_500, most: 2_800 }
const POWER_W_MAX = 500_000
/** No reading of it is stored: it only names the one channel that is tried. */
const TRIED = meterId(1)

/** How well the registers read as this model make sense: null where it does not answer to them. */
const senseOf = async (
  line: BusLine,
  bus: { submit: Submit },
  model: MeterModel,
  address: string,
): Promise<{ sense: number; energyWh: number } | null> => {
  const meters = [{ meterId: TRIED, meterNo: address, channels: [1], settings: {} }]
  const config: DeviceConfig = { deviceId: 0, address, model: model.id, settings: {}, meters }
  const device = line.deviceOver(bus, config, model)
  if (!device) return null
  const [energy] = await device.read('energy', 'scan')
  if (energy?.what !== 'energy' || !energy.outcome.ok) return null
  const [status] = await device.read('status', 'scan')
  if (status?.what !== 'status' || !status.outcome.ok) return null
  const { powerW, electrical } = status.outcome.value
  const volts = (electrical?.voltagesDv ?? []).filter((dv) => dv !== null)
  const good = volts.filter((dv) => dv >= VOLTAGE_DV.least && dv <= VOLTAGE_DV.most).length
  const factor = electrical?.powerFactorE3 ?? 0
  const { energyWh } = energy.outcome.value
  const sense =
    good -
    (volts.length - good) * 2 +
    (energyWh > 0 ? 1 : 0) +
    (factor > 0 && factor <= 1_000 ? 1 : 0) -
    (powerW !== null && Math.abs(powerW) > POWER_W_MAX ? 2 : 0)
  return { sense, energyWh }
}

/** Modbus devices say nothing of themselves: each model is tried, and what makes sense is kept. */
export const identifyModbus = async (
  line: BusLine,
  bus: { submit: Submit },
  models: Iterable<MeterModel>,
  address: string,
): Promise<Identity> => {
  const tried: { id: string; phases: 1 | 3; sense: number; energyWh: number }[] = []
  for (const model of models) {
    if (model.protocol !== 'modbus') continue
    const found = await senseOf(line, bus, model, address)
    if (found) tried.push({ id: model.id, phases: model.phases, ...found })
  }
  const likely = tried.filter(({ sense }) => sense > 0).sort((a, b) => b.sense - a.sense)
  const [best] = likely
  if (!best) return { ...NOTHING, prepaid: false }
  const { phases, energyWh } = best
  return { ...NOTHING, prepaid: false, phases, energyWh, models: likely.map(({ id }) => id) }
}
