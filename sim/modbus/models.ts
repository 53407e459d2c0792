// The Modbus models of the simulator 装置型号: how many circuits each has and which register map.

import type { ModelId } from '../../src/demo/complex.ts'
import type { RegisterMap } from './device.ts'
import { DTSD1352, FLOAT_SUBMETER, SFERE_SUBMETER } from './energy-meters.ts'
import { MULTI_CIRCUIT } from './multi-circuit.ts'
import { PREPAID_METER } from './prepaid-meter.ts'

export type DeviceModel = { circuits: number; map: RegisterMap }

const DEVICE_MODELS: Partial<Record<ModelId, DeviceModel>> = {
  'acrel-ddsy1352': { circuits: 1, map: PREPAID_METER },
  'acrel-dtsy1352': { circuits: 1, map: PREPAID_METER },
  'acrel-dtsd1352': { circuits: 1, map: DTSD1352 },
  'acrel-adf300-12': { circuits: 12, map: MULTI_CIRCUIT },
  'acrel-adf300-24': { circuits: 24, map: MULTI_CIRCUIT },
  'acrel-adf300-36': { circuits: 36, map: MULTI_CIRCUIT },
  'modbus-submeter': { circuits: 1, map: FLOAT_SUBMETER },
  'sfere-submeter': { circuits: 1, map: SFERE_SUBMETER },
}

/** Null for models that don't speak Modbus. */
export const deviceModelOf = (model: ModelId): DeviceModel | null => DEVICE_MODELS[model] ?? null
