// How the settings of reading are typed 抄表设置文本; what is left empty takes the standard.

import type { CollectionSettings } from '../../../http/contract/collection.ts'

export const FIGURES = [
  'statusIntervalMinutes',
  'energyIntervalMinutes',
  'clockLimitSeconds',
] as const
export type ReadingTyped = Record<(typeof FIGURES)[number] | 'clockCorrection', string>

const textOf = (value: number | string | undefined): string =>
  value === undefined ? '' : String(value)

export const readingTyped = (settings: CollectionSettings): ReadingTyped => ({
  statusIntervalMinutes: textOf(settings.statusIntervalMinutes),
  energyIntervalMinutes: textOf(settings.energyIntervalMinutes),
  clockLimitSeconds: textOf(settings.clockLimitSeconds),
  clockCorrection: textOf(settings.clockCorrection),
})

/** What can't be read is sent as it is: the server names the field. */
export const readingOf = (typed: ReadingTyped): Record<string, unknown> => {
  const settings: Record<string, unknown> = {}
  for (const name of FIGURES) {
    const text = typed[name].trim()
    if (text !== '') settings[name] = /^\d{1,5}$/.test(text) ? Number(text) : text
  }
  if (typed.clockCorrection !== '') settings.clockCorrection = typed.clockCorrection
  return settings
}
