import { describe, expect, test } from 'vitest'
import { instant } from '../shared/clock.ts'
import { changed, differing, FIRST_RULES, type LoginPolicy, PROFILES } from './policy.ts'

const now = instant(1_790_000_000_000)
const mlps: LoginPolicy = {
  ...PROFILES.mlps,
  ...{ profile: 'mlps', tokenDaysMax: 365, staleDays: 90, passkeyHosts: [], rulesAt: null },
}

describe('a policy', () => {
  test('that is its profile differs in nothing; each changed rule is named', () => {
    expect(differing(mlps)).toEqual([])
    const own = { ...mlps, idleMinutes: 20, passwordDaysMax: null }
    expect(differing(own)).toEqual(['passwordDaysMax', 'idleMinutes'])
  })
  test('of a new installation lacks what needs people first, and says so', () => {
    const first = { ...mlps, ...FIRST_RULES, separation: false }
    expect(differing(first)).toEqual(['factorFor', 'separation'])
  })
  test('takes another profile’s rules, but leaves the administrators as they are', () => {
    const after = changed(mlps, { profile: 'asvs' }, now)
    expect(after).toMatchObject({ passwordLengthMin: 15, passwordDaysMax: null, separation: true })
    expect(differing(after)).toEqual(['separation'])
    expect(changed(mlps, { profile: 'asvs', idleMinutes: 60 }, now)).toMatchObject({
      ...{ passwordKindsMin: 1, idleMinutes: 60 },
    })
  })
  test('keeps its own values where its profile is named again', () => {
    const own = { ...mlps, idleMinutes: 20 }
    expect(changed(own, { profile: 'mlps' }, now)).toEqual(own)
  })
  test.each([
    [{ passwordLengthMin: 12 }, now],
    [{ passwordKindsMin: 4 }, now],
    [{ profile: 'asvs' } as const, now],
    [{ passwordLengthMin: 8 }, null],
    [{ idleMinutes: 5 }, null],
    [{ passwordDaysMax: 30 }, null],
  ])('changed by %j looks at older passwords again: %s', (change, rulesAt) => {
    expect(changed(mlps, change, now).rulesAt).toBe(rulesAt)
  })
})
