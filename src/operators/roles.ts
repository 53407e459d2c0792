// Roles 角色 supplied with the program: each a set of permissions. They are rewritten at every start;
// a role of an installation's own has a code of its own.

import { ALL_PERMISSIONS, type Permission } from './permissions.ts'

export type SuppliedRole = {
  code: string
  zh: string
  en: string
  permissions: readonly Permission[]
}

const SEES_THE_COMPLEX = ['register.view', 'board.view', 'reading.view'] as const
const SEES_MONEY = ['account.view', 'sale.view', 'ledger.view'] as const

export const ADMINISTRATOR = 'administrator'
export const SECURITY_ADMINISTRATOR = 'security-administrator'

export const SUPPLIED_ROLES: readonly SuppliedRole[] = [
  {
    // Whoever installs the system begins with every right and then names others with fewer.
    code: ADMINISTRATOR,
    zh: '超级管理员',
    en: 'Administrator',
    permissions: ALL_PERMISSIONS,
  },
  {
    code: 'finance-clerk',
    zh: '收费员',
    en: 'Finance clerk',
    permissions: [
      ...SEES_THE_COMPLEX,
      'account.view',
      'account.open',
      'account.recharge',
      'account.edit',
      'phone.show',
      'account.transfer',
      'account.close',
      'payout.make',
      'waiver.make',
      'sale.reverse',
      'shift.own',
      'sale.view',
      'command.view',
      'command.send',
      'alarm.view',
    ],
  },
  {
    code: 'property-operator',
    zh: '物业值班员',
    en: 'Property operator',
    permissions: [
      ...SEES_THE_COMPLEX,
      'account.view',
      'phone.show',
      'command.view',
      'command.send',
      'command.setMode',
      'command.configure',
      'price.push',
      'alarm.view',
      'alarm.acknowledge',
    ],
  },
  {
    code: 'manager',
    zh: '经理',
    en: 'Manager',
    permissions: [
      ...SEES_THE_COMPLEX,
      ...SEES_MONEY,
      'phone.show',
      'reading.decide',
      'delivery.release',
      'approval.decide',
      'waiver.make',
      'account.import',
      'meter.swap',
      'shift.view',
      'day.close',
      'sharing.make',
      'plan.edit',
      'plan.backdate',
      'plan.assign',
      'rerate.view',
      'rerate.make',
      'price-cap.edit',
      'calendar.edit',
      'operator.limit',
      'command.view',
      'policy.edit',
      'interlock.release',
      'alarm.view',
      'alarm.acknowledge',
      'alarm.edit',
      'operator.view',
      'privacy.manage',
      'audit.view',
    ],
  },
  {
    code: 'commissioning-engineer',
    zh: '调试工程师',
    en: 'Commissioning engineer',
    permissions: [
      ...SEES_THE_COMPLEX,
      'register.edit',
      // Whose meter it is that he swaps, and the list of swaps.
      'account.view',
      'meter.swap',
      'reading.decide',
      'rerate.view',
      'rerate.make',
      'commissioning.make',
      'command.view',
      'command.send',
      'command.setMode',
      'alarm.view',
    ],
  },
  {
    code: 'auditor',
    zh: '审计员',
    en: 'Auditor',
    permissions: [
      ...SEES_THE_COMPLEX,
      ...SEES_MONEY,
      'shift.view',
      'rerate.view',
      'command.view',
      'alarm.view',
      'operator.view',
      'audit.view',
    ],
  },
  {
    code: 'system-administrator',
    zh: '系统管理员',
    en: 'System administrator',
    permissions: [
      ...SEES_THE_COMPLEX,
      'register.edit',
      'calendar.edit',
      'policy.edit',
      'alarm.edit',
      'command.view',
      'command.send',
      'alarm.view',
    ],
  },
  {
    code: SECURITY_ADMINISTRATOR,
    zh: '安全管理员',
    en: 'Security administrator',
    permissions: ['operator.view', 'operator.edit', 'role.edit', 'operator.limit'],
  },
  {
    code: 'audit-administrator',
    zh: '审计管理员',
    en: 'Audit administrator',
    permissions: ['operator.view', 'audit.view'],
  },
]

export const isSupplied = (code: string): boolean =>
  SUPPLIED_ROLES.some((role) => role.code === code)
