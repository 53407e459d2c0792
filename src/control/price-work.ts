// Work on the prices in meters 电价待办: what its rows have in common. It is never urgent, and shares
// the bus with the rounds.

import type { Priority } from '../metering/driver.ts'
import type { MeterId } from '../shared/ids.ts'
import type { WorkRow } from '../work/store.ts'

/** One push, by its command. */
export const PUSH_WORK = 'control.price'
/** Whether one meter has switched over. */
export const PRICE_SWITCH_WORK = 'control.priceSwitch'
/** The daily look at one meter. */
export const PRICE_LOOK_WORK = 'control.priceLook'

/** In turn with the status of the meters: many are pushed at once, and none may hide the others. */
export const PRICE_PRIORITY: Priority = 'status'
export const LOOK_PRIORITY: Priority = 'energy'

/** Somebody waits to see every table; a daily look that was due is done with it. */
export const WHOLE = { whole: true } as const
export const isWhole = ({ payload }: Pick<WorkRow, 'payload'>): boolean => payload.whole === true

export const meterKey = (meter: MeterId): string => `meter/${meter}`
