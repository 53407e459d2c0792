// The thresholds that stand in a DL/T 645 meter: 报警、透支、囤积金额 (04001001–04001004) and 过载功率、
// 延时 (04090B01, 04090B02). Read and written one by one; the answers decide nothing, whoever wrote
// reads back.

import type { Outcome, SettingName, SettingValues, SettingWrite, WriteAnswer } from '../driver.ts'
import { type Digits, readNumber } from '../protocol/dlt645/commands/read.ts'
import { writeNumber } from '../protocol/dlt645/commands/write.ts'
import { holdsSetting } from '../setting-names.ts'
import { fault } from './asking.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

/** `steps`: as many of the meter's make one of ours. */
type Item = Digits & { steps: number }
const fen = (id: string): Item => ({ id, bytes: 4, steps: 1 })

const ITEMS: Readonly<Record<SettingName, Item>> = {
  alarm1Fen: fen('04001001'),
  alarm2Fen: fen('04001002'),
  overdraftFen: fen('04001003'),
  hoardingFen: fen('04001004'),
  // NN.NNNN kW and NN s.
  overloadW: { id: '04090B01', bytes: 3, steps: 10 },
  overloadDelaySeconds: { id: '04090B02', bytes: 1, steps: 1 },
}

const NO_SETTING = (name: SettingName) => fault('not-supported', `this meter holds no ${name}`)

export const readSettings = async (
  meter: Dlt645Meter,
  names: readonly SettingName[],
): Promise<Outcome<SettingValues>> => {
  const values: Partial<Record<SettingName, number>> = {}
  for (const name of names) {
    if (!holdsSetting(meter.at.model.capabilities, name)) return NO_SETTING(name)
    const { steps, ...item } = ITEMS[name]
    const read = await meter.ask(
      readNumber(meter.at.address, item, (count) => count / steps),
      'onDemand',
    )
    if (!read.ok) return read
    values[name] = read.value
  }
  return { ok: true, value: values }
}

/** In the order given; stops at the first that the meter did not accept. */
export const writeSettings = async (
  meter: Dlt645Meter,
  writes: readonly SettingWrite[],
): Promise<Outcome<WriteAnswer>> => {
  for (const { name, value } of writes) {
    if (!holdsSetting(meter.at.model.capabilities, name)) return NO_SETTING(name)
    const { steps, ...item } = ITEMS[name]
    const request = writeNumber(meter.at.address, item, value * steps, meter.authority)
    const answer = await meter.ask(request, 'onDemand')
    if (answer.ok) continue
    if (answer.reason !== 'refused-by-meter') return answer
    return { ok: true, value: { answered: 'refused', detail: `${name}: ${answer.detail}` } }
  }
  return { ok: true, value: { answered: 'accepted' } }
}
