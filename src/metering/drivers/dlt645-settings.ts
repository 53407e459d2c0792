// The money thresholds that stand in a DL/T 645 meter 报警、透支、囤积金额 (04001001–04001004): read one by
// one, and written one by one. The answers decide nothing; whoever wrote reads back.

import type { MeterSettings, Outcome, SettingName, WriteAnswer } from '../driver.ts'
import { readMoney } from '../protocol/dlt645/commands/read.ts'
import { writeMoney } from '../protocol/dlt645/commands/write.ts'
import { fault } from './asking.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

const IDS: Readonly<Record<SettingName, string>> = {
  alarm1Fen: '04001001',
  alarm2Fen: '04001002',
  overdraftFen: '04001003',
  hoardingFen: '04001004',
}

const NO_SETTINGS = fault('not-supported', 'this meter holds no thresholds')

export const readSettings = async (meter: Dlt645Meter): Promise<Outcome<MeterSettings>> => {
  if (!meter.at.model.capabilities.settings) return NO_SETTINGS
  const ask = (name: SettingName) => meter.ask(readMoney(meter.at.address, IDS[name]), 'onDemand')
  const alarm1 = await ask('alarm1Fen')
  if (!alarm1.ok) return alarm1
  const alarm2 = await ask('alarm2Fen')
  if (!alarm2.ok) return alarm2
  const overdraft = await ask('overdraftFen')
  if (!overdraft.ok) return overdraft
  const hoarding = await ask('hoardingFen')
  if (!hoarding.ok) return hoarding
  return {
    ok: true,
    value: {
      alarm1Fen: alarm1.value,
      alarm2Fen: alarm2.value,
      overdraftFen: overdraft.value,
      hoardingFen: hoarding.value,
    },
  }
}

/** In the order given; stops at the first that the meter did not accept. */
export const writeSettings = async (
  meter: Dlt645Meter,
  writes: readonly { name: SettingName; amountFen: MeterSettings[SettingName] }[],
): Promise<Outcome<WriteAnswer>> => {
  if (!meter.at.model.capabilities.settings) return NO_SETTINGS
  for (const { name, amountFen } of writes) {
    const request = writeMoney(meter.at.address, IDS[name], amountFen, meter.authority)
    const answer = await meter.ask(request, 'onDemand')
    if (answer.ok) continue
    if (answer.reason !== 'refused-by-meter') return answer
    return { ok: true, value: { answered: 'refused', detail: `${name}: ${answer.detail}` } }
  }
  return { ok: true, value: { answered: 'accepted' } }
}
