// Load profiles 负荷曲线: how many watts a kind of shop draws at an hour of the day. A pure function
// of seed, address and minute, so a run can be repeated and a reading checked afterwards.

import type { LoadKind } from '../../src/demo/complex.ts'
import { localFields } from './calendar.ts'
import { drawn, type Site } from './site.ts'

/**
 * Percent of the rated power: first on a weekend day against a working day, then at each full hour
 * (between two hours the line is straight).
 */
const CURVES: Record<LoadKind, string> = {
  restaurant: '110 | 8 8 8 8 8 10 20 35 40 55 85 99 99 70 40 40 60 95 99 95 70 40 15 10',
  'milk-tea': '115 | 6 6 6 6 6 6 6 10 30 60 75 85 95 99 99 95 90 90 95 99 90 60 20 8',
  clothing: '110 | 4 4 4 4 4 4 4 5 15 70 95 99 99 99 99 99 99 99 99 99 99 70 10 4',
  pharmacy: '95 | 12 12 12 12 12 12 15 30 80 95 95 99 95 90 95 95 95 95 99 99 90 50 15 12',
  gym: '105 | 6 6 6 6 6 20 60 80 60 55 60 65 70 60 55 60 75 90 99 99 95 70 25 8',
  office: '35 | 8 8 8 8 8 8 10 25 70 95 99 99 80 85 99 99 95 85 50 30 20 15 10 8',
  supermarket: '110 | 30 30 30 30 30 35 50 70 85 90 95 99 95 90 90 95 99 99 99 95 85 60 35 30',
  cinema: '125 | 10 5 5 5 5 5 5 5 10 30 55 65 70 80 85 85 85 90 99 99 99 95 70 30',
  hotel: '105 | 55 50 45 40 40 45 65 85 80 65 55 55 60 55 55 60 70 80 90 99 99 95 80 65',
  'cold-room': '100 | 80 80 78 78 78 78 80 85 90 95 95 99 99 99 99 99 95 95 95 92 90 88 85 82',
  'public-stairs': '100 | 60 55 50 50 50 55 50 40 30 30 30 30 30 30 30 30 40 80 99 99 99 95 85 70',
  parking: '115 | 35 30 30 30 30 30 40 60 75 80 80 85 85 80 80 80 85 95 99 99 95 80 60 45',
  lift: '100 | 8 5 5 5 5 10 30 70 90 85 80 85 90 85 80 80 85 95 99 95 85 65 35 15',
  pump: '100 | 20 20 20 20 20 40 70 90 80 60 60 80 80 60 50 50 60 80 99 99 80 60 40 25',
  'round-the-clock':
    '100 | 92 92 92 92 92 92 94 96 96 98 98 99 99 98 98 98 98 99 99 99 98 96 94 92',
}

const MINUTE_MS = 60_000
const NOISE_PERCENT = 12
const profiles = new Map(
  Object.entries(CURVES).map(([kind, text]) => {
    const [weekend = '', hours = ''] = text.split(' | ')
    return [kind, { percents: hours.split(' ').map(Number), weekendPercent: Number(weekend) }]
  }),
)

/** Whole watts drawn while the relay is closed, constant within each minute; before `load`. */
export const profileW = (site: Site, atMs: number): number => {
  const { load, ratedW, address } = site.loadOf ?? site.identity
  const profile = profiles.get(load)
  if (profile === undefined) return ratedW
  const minute = Math.floor(atMs / MINUTE_MS)
  const t = localFields(minute * MINUTE_MS, site.utcOffsetMinutes)
  const from = profile.percents[t.hour] ?? 0
  const to = profile.percents[(t.hour + 1) % 24] ?? 0
  const percent = from + ((to - from) * t.minute) / 60
  const day = t.weekday === 0 || t.weekday === 6 ? profile.weekendPercent : 100
  const noise = 100 - NOISE_PERCENT + drawn(2 * NOISE_PERCENT + 1, site.seed, address, minute)
  return Math.round((ratedW * percent * day * noise) / 1_000_000)
}

/** Whole watts at the terminals if the relay lets them through. */
export const demandW = (site: Site, atMs: number): number =>
  site.fixedW ?? (site.feeds === null ? Math.round(profileW(site, atMs) * site.load.factor) : 0)
