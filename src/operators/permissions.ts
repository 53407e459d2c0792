// Permissions 权限: the closed list, as data. A route names one of them or does not compile; a role
// is a set of them.

type Row = { zh: string; en: string }

export const PERMISSIONS = {
  'register.view': { zh: '查看档案', en: 'See the registers' },
  'register.edit': { zh: '维护设备档案', en: 'Change gateways, devices and meters' },
  'board.view': { zh: '查看电表看板', en: 'See the board and its meters' },
  'commissioning.make': { zh: '试抄与逐表调试', en: 'Test read and check meters' },
  'reading.view': { zh: '查看抄表数据', en: 'See readings' },
  'reading.decide': { zh: '裁定可疑读数', en: 'Decide about suspicious readings' },
  'account.view': { zh: '查看用户', en: 'See accounts' },
  'account.open': { zh: '开户', en: 'Open accounts' },
  'account.recharge': { zh: '售电', en: 'Sell electricity' },
  'phone.show': { zh: '查看完整电话', en: 'See whole phone numbers' },
  'account.edit': { zh: '修改用户资料', en: 'Change tenant data and thresholds' },
  'account.transfer': { zh: '过户', en: 'Hand an account over to another tenant' },
  'account.close': { zh: '销户', en: 'Close accounts' },
  'account.import': { zh: '批量开户与导入', en: 'Open and import accounts in bulk' },
  'payout.make': { zh: '退电退款', en: 'Refund' },
  'waiver.make': { zh: '减免欠费', en: 'Forgive what is owed' },
  'sale.reverse': { zh: '冲正', en: 'Reverse a sale' },
  'approval.decide': { zh: '复核', en: 'Agree to what needs a second person' },
  'meter.swap': { zh: '换表', en: 'Swap meters' },
  'shift.own': { zh: '本人班次', en: 'Open, count and hand over one’s own shift' },
  'shift.view': { zh: '查看全部班次', en: 'See all shifts' },
  'day.close': { zh: '日结与月结', en: 'Close days and lock months' },
  'sharing.make': { zh: '公摊分摊', en: 'Share public energy and loss' },
  'operator.limit': { zh: '设定操作员限额', en: 'Set what an operator may move alone' },
  'sale.view': { zh: '查看售电记录', en: 'See sales, receipts and purchases' },
  'delivery.release': { zh: '解除充值次数异常', en: 'Release held meters' },
  'command.view': { zh: '查看命令', en: 'See commands' },
  'command.send': { zh: '读表', en: 'Read meters on demand' },
  'command.setMode': { zh: '拉闸、保电、恢复预付费', en: 'Trip, keep power, return to prepaid' },
  'command.configure': { zh: '参数下发与校时', en: 'Push settings into meters, set their clocks' },
  'policy.edit': { zh: '设定供电策略与分时控制', en: 'Set the power policy and timed circuits' },
  'interlock.release': { zh: '解除联锁', en: 'Release a surge of trips' },
  'price.push': { zh: '电价下发', en: 'Push prices into meters' },
  'plan.edit': { zh: '维护电价方案', en: 'Make and change plans' },
  'plan.backdate': { zh: '追溯修改电价', en: 'Change prices for a time that has passed' },
  'rerate.view': { zh: '查看追溯重算', en: 'See changes of the past' },
  'rerate.make': { zh: '预览并应用追溯重算', en: 'Preview and apply changes of the past' },
  'price-cap.edit': { zh: '设定转供电价格上限', en: 'Set the price cap' },
  'plan.assign': { zh: '分配电价方案', en: 'Give supplies a plan' },
  'calendar.edit': { zh: '维护节假日日历', en: 'Set holidays and swapped days' },
  'ledger.view': { zh: '查看账务', en: 'See the ledger' },
  'alarm.view': { zh: '查看报警', en: 'See alarms' },
  'alarm.acknowledge': { zh: '确认、备注和搁置报警', en: 'Acknowledge, note and put aside alarms' },
  'alarm.edit': { zh: '设定报警规则与阈值', en: 'Set alarm rules, escalation and thresholds' },
  'operator.view': { zh: '查看操作员和角色', en: 'See operators and roles' },
  'operator.edit': { zh: '管理操作员', en: 'Create, change and lock operators' },
  'role.edit': { zh: '管理角色', en: 'Create and change roles' },
  'webhook.edit': { zh: '管理事件推送', en: 'Say who is told of events' },
  'privacy.manage': { zh: '管理个人信息', en: 'Set retention, erase who left' },
  'audit.view': { zh: '查看操作日志', en: 'See the audit log' },
} as const satisfies Record<string, Row>

/** What shows or changes a complex as a whole, or the installation: not for single buildings. */
const WHOLE_COMPLEX: readonly string[] = [
  'register.edit',
  'shift.view',
  'day.close',
  'sharing.make',
  'plan.edit',
  'plan.backdate',
  'rerate.view',
  'rerate.make',
  'price-cap.edit',
  'policy.edit',
  'interlock.release',
  'alarm.edit',
  'calendar.edit',
  'operator.limit',
  'approval.decide',
  'ledger.view',
  'operator.view',
  'operator.edit',
  'role.edit',
  'webhook.edit',
  'privacy.manage',
  'audit.view',
] satisfies (keyof typeof PERMISSIONS)[]

/** What moves money, prices, power or rights: to give it may need a second person. */
const WEIGHTY: readonly string[] = [
  ...(['payout.make', 'waiver.make', 'sale.reverse', 'approval.decide', 'operator.limit'] as const),
  ...(['plan.edit', 'plan.assign', 'plan.backdate', 'price.push', 'price-cap.edit'] as const),
  ...(['rerate.make', 'command.setMode', 'policy.edit', 'interlock.release'] as const),
  ...(['register.edit', 'operator.edit', 'role.edit'] as const),
] satisfies (keyof typeof PERMISSIONS)[]

export type Permission = keyof typeof PERMISSIONS

export const isWeighty = (permission: string): boolean => WEIGHTY.includes(permission)

export const isPermission = (text: string): text is Permission => Object.hasOwn(PERMISSIONS, text)

export const ALL_PERMISSIONS: readonly Permission[] = Object.keys(PERMISSIONS).filter(isPermission)

export const reachesWholeComplex = (permission: Permission): boolean =>
  WHOLE_COMPLEX.includes(permission)
