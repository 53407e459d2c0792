// Reading a draft 草稿成稿, PURE: every figure that can't be read is named by its place in the
// definition; with none, the definition is there.

import type {
  Fee,
  Period,
  PlanDefinition,
  PlanFault,
  PriceComponents,
} from '../../../http/contract/plans.ts'
import { e6Of, e8Of, fenOf, whOf } from '../../ui/money-text.ts'
import {
  COMPONENTS,
  type FeeDraft,
  minuteOf,
  PERIODS,
  type PlanDraft,
  type PriceDraft,
  type SeasonDraft,
  type SwitchDraft,
} from './plan-draft.ts'

type ReadDraft =
  | { ok: true; definition: PlanDefinition }
  /** Paths as in the faults of the server; stand-ins in their places let the rest be checked. */
  | { ok: false; unread: readonly string[]; standIn: PlanDefinition }

type Price = { priceE8: number; components?: PriceComponents }

/** What could not be read is noted; a stand-in goes on, so that all of it is found at once. */
class Reader {
  readonly unread: string[] = []

  figure(path: string, text: string, read: (text: string) => number | null): number {
    const value = read(text)
    if (value === null) this.unread.push(path)
    return value ?? 0
  }

  price(path: string, draft: PriceDraft): Price {
    const components: PriceComponents = {}
    for (const part of COMPONENTS) {
      const text = draft.components[part].trim()
      if (text !== '') components[part] = this.figure(`${path}components.${part}`, text, e8Of)
    }
    const priceE8 = this.figure(`${path}priceE8`, draft.price, e8Of)
    return Object.keys(components).length === 0 ? { priceE8 } : { priceE8, components }
  }

  table(path: string, table: readonly SwitchDraft[]) {
    return table.map(({ at, period }, index) => ({
      atMinute: this.figure(`${path}.${index}`, at, minuteOf),
      period,
    }))
  }

  fee(path: string, { kind, text }: FeeDraft): Fee | undefined {
    if (kind === 'none') return undefined
    return kind === 'share'
      ? { kind, rateE6: this.figure(path, text, e6Of) }
      : { kind, addE8: this.figure(path, text, e8Of) }
  }
}

const isPriced = ({ price, components }: PriceDraft): boolean =>
  price.trim() !== '' || COMPONENTS.some((part) => components[part].trim() !== '')

const seasonOf = (reader: Reader, season: SeasonDraft, index: number) => {
  const path = `seasons.${index}`
  const { name, nameEn, ranges, days } = season
  const { workday, weekend, holiday } = days
  const at = (type: string) => `${path}.days.${type}`
  if (name.trim() === '') reader.unread.push(`${path}.name`)
  const isDay = (text: string) => /^\d\d-\d\d$/.test(text)
  const daysOfYear = ranges.map(({ from, to }, place) => {
    if (isDay(from) && isDay(to)) return { from, to }
    reader.unread.push(`${path}.ranges.${place}`)
    return { from: '01-01', to: '01-01' }
  })
  return {
    name: name.trim() || `${index + 1}`,
    ...(nameEn.trim() === '' ? {} : { nameEn: nameEn.trim() }),
    ranges: daysOfYear,
    days: {
      workday: reader.table(at('workday'), workday ?? []),
      ...(weekend ? { weekend: reader.table(at('weekend'), weekend) } : {}),
      ...(holiday ? { holiday: reader.table(at('holiday'), holiday) } : {}),
    },
  }
}

const extrasOf = (reader: Reader, draft: PlanDraft) => {
  const { tiers, basic, powerFactor } = draft
  const serviceFee = reader.fee('serviceFee', draft.serviceFee)
  const lossShare = reader.fee('lossShare', draft.lossShare)
  const minimum = draft.minimum.trim()
  const basicE8 = basic.kind === 'none' ? 0 : reader.figure('basic', basic.text, e8Of)
  return {
    ...(tiers
      ? {
          tiers: {
            ...tiers,
            steps: tiers.steps.map(({ above, add }, index) => ({
              aboveWh: reader.figure(`tiers.steps.${index}`, above, whOf),
              addE8: reader.figure(`tiers.steps.${index}`, add, e8Of),
            })),
          },
        }
      : {}),
    ...(serviceFee ? { serviceFee } : {}),
    ...(lossShare ? { lossShare } : {}),
    ...(minimum === '' ? {} : { minimumFen: reader.figure('minimumFen', minimum, fenOf) }),
    ...(powerFactor === 'none' ? {} : { powerFactor: { standard: STANDARDS[powerFactor] } }),
    ...(basic.kind === 'demand' ? { basic: { kind: basic.kind, perKwE8: basicE8 } } : {}),
    ...(basic.kind === 'capacity' ? { basic: { kind: basic.kind, perKvaE8: basicE8 } } : {}),
  }
}

const STANDARDS = { '90': 90, '85': 85, '80': 80 } as const

const timeOfUse = (reader: Reader, draft: PlanDraft) => {
  const prices: Partial<Record<Period, Price>> = {}
  for (const period of PERIODS) {
    const price = draft.prices[period]
    if (isPriced(price)) prices[period] = reader.price(`prices.${period}.`, price)
  }
  const seasons = draft.seasons.map((season, index) => seasonOf(reader, season, index))
  return { kind: 'timeOfUse' as const, prices, seasons }
}

export const readDraft = (draft: PlanDraft): ReadDraft => {
  const reader = new Reader()
  const core =
    draft.kind === 'flat'
      ? { kind: draft.kind, ...reader.price('', draft.flat) }
      : timeOfUse(reader, draft)
  const definition = { ...core, ...extrasOf(reader, draft) }
  return reader.unread.length === 0
    ? { ok: true, definition }
    : { ok: false, unread: [...new Set(reader.unread)], standIn: definition }
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')))

export const isUnder = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}.`)

/** What a stand-in may have brought about: beside it, and where days or prices meet. */
const isDoubtful = ({ kind, path }: Pick<PlanFault, 'kind' | 'path'>, place: string): boolean => {
  if (place.endsWith('.name')) return kind === 'seasonNameTwice'
  if (place.includes('.ranges.')) return kind.startsWith('season')
  if (place.endsWith('priceE8') && kind === 'tierPrice') return true
  if (place === 'priceE8' && path === 'components') return true
  return path === place || (place.includes('.') && isUnder(path, parentOf(place)))
}

/** The faults that stand whatever the figures come to that can't be read yet. */
export const faultsThatStand = <Fault extends Pick<PlanFault, 'kind' | 'path'>>(
  faults: readonly Fault[],
  unread: readonly string[],
): Fault[] => faults.filter((fault) => !unread.some((place) => isDoubtful(fault, place)))
