import { describe, expect, test } from 'vitest'
import { ADMINISTRATOR, SUPPLIED_ROLES } from './roles.ts'
import { dutiesOf, unseparated } from './separation.ts'

describe('separation of administrators', () => {
  test.each([
    [['register.edit', 'operator.edit'], { duty: 'system', with: 'security' }],
    [['register.edit', 'audit.view'], { duty: 'system', with: 'audit' }],
    [['role.edit', 'audit.view'], { duty: 'security', with: 'audit' }],
    [['register.edit', 'account.recharge'], { duty: 'system', with: 'account.recharge' }],
    [['operator.edit', 'payout.make'], { duty: 'security', with: 'payout.make' }],
    [['operator.edit', 'approval.decide'], { duty: 'security', with: 'approval.decide' }],
    [['audit.view', 'sale.reverse'], { duty: 'audit', with: 'sale.reverse' }],
  ])('%j do not go together', (permissions, told) => {
    expect(unseparated(permissions)).toEqual(told)
  })
  test.each([
    [['register.edit', 'register.view', 'alarm.edit']],
    [['operator.edit', 'role.edit', 'operator.view']],
    [['audit.view', 'waiver.make']],
    [['account.recharge', 'payout.make', 'shift.own']],
    [[]],
  ])('%j go together', (permissions) => {
    expect(unseparated(permissions)).toBeNull()
  })
  test('is kept by every supplied role but the one that has every right', () => {
    const bad = SUPPLIED_ROLES.filter((role) => unseparated(role.permissions) !== null)
    expect(bad.map((role) => role.code)).toEqual([ADMINISTRATOR])
  })
  test('has a supplied role for each of the three', () => {
    const dutyOf = (code: string) =>
      dutiesOf(SUPPLIED_ROLES.find((role) => role.code === code)?.permissions ?? [])
    expect(dutyOf('system-administrator')).toEqual(['system'])
    expect(dutyOf('security-administrator')).toEqual(['security'])
    expect(dutyOf('audit-administrator')).toEqual(['audit'])
  })
})
