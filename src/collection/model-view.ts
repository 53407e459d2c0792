// Meter models as people read them 表型: what each can do, where its facts come from, and how sure
// they are.

import type { MeterModelView } from '../http/contract/collection.ts'
import {
  METER_QUIRKS,
  type MeterModel,
  type MeterQuirk,
} from '../metering/meter-model/meter-model.ts'

const namesOf = <Name extends string>(
  able: Readonly<Record<Name, boolean | number>>,
  names: readonly Name[],
): Name[] => names.filter((name) => Boolean(able[name]))

const RELAY = ['trip', 'permitClose', 'directClose', 'keepPower'] as const
const FREEZES = ['interval', 'daily', 'monthly'] as const
const CLOCK = ['read', 'write', 'broadcast'] as const

const quirksOf = (quirks: readonly MeterQuirk[]) => quirks.map((quirk) => METER_QUIRKS[quirk])

export const modelView = (model: MeterModel, meters: number, own: boolean): MeterModelView => {
  const { capabilities } = model
  return {
    id: model.id,
    vendor: model.vendor,
    name: model.name,
    protocol: model.protocol,
    phases: model.phases,
    circuits: model.protocol === 'modbus' ? model.circuits : 1,
    source: model.source.document,
    confidence: model.source.confidence,
    origin: own ? 'user' : 'builtIn',
    prepaid: capabilities.prepaid,
    relay: namesOf(capabilities.relay, RELAY),
    freezes: namesOf(capabilities.freezes, FREEZES),
    clock: namesOf(capabilities.clock, CLOCK),
    replayGuard: capabilities.replayGuard,
    quirks: quirksOf(model.quirks),
    meters,
  }
}
