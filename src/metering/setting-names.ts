// Which thresholds 参数 a meter model holds, by name. Money and overload are declared apart: a meter
// without a wallet may watch its load, and many with one don't say how.

import type { MeterSettings, ModelCapabilities, Overload, SettingName } from './driver.ts'

const OF: Readonly<Record<SettingName, 'settings' | 'overload'>> = {
  ...({
    alarm1Fen: 'settings',
    alarm2Fen: 'settings',
    overdraftFen: 'settings',
    hoardingFen: 'settings',
  } satisfies Record<keyof MeterSettings, 'settings'>),
  ...({
    overloadW: 'overload',
    overloadDelaySeconds: 'overload',
  } satisfies Record<keyof Overload, 'overload'>),
}

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(OF, name)

export const SETTING_NAMES: readonly SettingName[] = Object.keys(OF).filter(isSettingName)

/** What a meter has room for: NNNNNN.NN yuan. */
export const MONEY_SETTING_FEN_MAX = 99_999_999

export const isMoneySetting = (name: SettingName): boolean => OF[name] === 'settings'

type Holds = Pick<ModelCapabilities, 'settings' | 'overload'>

/** Whether it stands in this model, and can be written there. */
export const holdsSetting = (can: Holds | null, name: SettingName): boolean =>
  can?.[OF[name]] === true
