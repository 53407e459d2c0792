// Names of buildings, floors and premises 楼栋、楼层与商铺 in the reader's language.

import type { Say } from '../../text/i18n.ts'

export const buildingName = (
  place: { building: string; buildingEn: string },
  language: 'zh' | 'en',
): string => (language === 'en' && place.buildingEn !== '' ? place.buildingEn : place.building)

/** Where a list has the place in one text. */
export const premisesText = (
  place: { premises: string; premisesEn: string },
  language: 'zh' | 'en',
): string => (language === 'en' ? place.premisesEn : place.premises)

/** Basements have negative numbers. */
export const floorName = (floor: number | null, say: Say): string => {
  if (floor === null) return say('floor.none')
  return floor < 0 ? say('floor.basement', { n: -floor }) : say('floor.level', { n: floor })
}
