// Refusals of meters, commands and the registers 电表、命令、档案.

import type { RefusalRow } from './row.ts'

export const METERS_REFUSALS = {
  scan_under_way: {
    status: 409,
    zh: '该总线正在搜表，请等待结束或先停止',
    en: 'This bus is being searched: wait until it has ended, or stop it',
  },
  check_ended: {
    status: 409,
    zh: '该调试已签字结束，可重新开始',
    en: 'This check is signed and over; a new one can be begun',
  },
  check_not_ended: {
    status: 409,
    zh: '该步骤的命令或抄读尚未完成',
    en: 'What this step names has not ended yet',
  },
  check_evidence_old: {
    status: 409,
    zh: '所引用的命令或抄读与本步骤时间不符，请重做',
    en: 'What this step names was not done at its time: repeat the step',
  },
  check_incomplete: {
    status: 409,
    zh: '仍有步骤未通过，请补做或按有故障签字',
    en: 'Some steps have not passed: repeat them, or sign with faults',
  },
  check_credit_loaded: {
    status: 409,
    zh: '本次调试已充值过',
    en: 'This check has loaded its credit already',
  },
  price_not_for_meter: {
    status: 422,
    zh: '该电表不能执行此电价方案，只能后台计费',
    en: 'This meter cannot hold the plan; use centre mode',
  },
  price_kept_by_centre: {
    status: 409,
    zh: '该户后台计费，电价不下发到表',
    en: 'The centre charges this account; its price is not in the meter',
  },
  price_plan_missing: {
    status: 409,
    zh: '该表在切换时没有电价方案',
    en: 'No plan holds for this meter at the switch-over',
  },
  price_plan_other: {
    status: 409,
    zh: '该表在切换时执行的是另一个电价方案或版本',
    en: 'At the switch-over this meter has another plan or version',
  },
  price_switch_pending: {
    status: 409,
    zh: '电表内已有待切换的另一套电价，需同意后才能覆盖',
    en: 'Another price waits in the meter for its switch-over; overwriting it needs consent',
  },
  meter_not_prepaid: {
    status: 422,
    zh: '该表型不能远程写入金额，只能用后台计费',
    en: 'This model cannot take money over the wire; use centre mode',
  },
  meter_not_opened: { status: 409, zh: '电表尚未开户', en: 'The meter is not opened' },
  meter_on_hold: {
    status: 409,
    zh: '充值次数异常待处理，暂停售电',
    en: 'Sales stop until the purchase count mismatch is resolved',
  },
  purchase_not_cancellable: {
    status: 409,
    zh: '该笔购电已开始下发，不能取消',
    en: 'Delivery has begun, the purchase cannot be cancelled',
  },
  reduction_not_possible: {
    status: 422,
    zh: '该表型不能远程减少余额，只能人工处理',
    en: 'This model cannot give money back over the wire',
  },
  reduction_under_way: {
    status: 409,
    zh: '该表正在减额，请等其结束',
    en: 'Money is being taken out of this meter already: wait for its end',
  },
  reduction_not_cancellable: {
    status: 409,
    zh: '减额命令已发出或已结束，不能取消',
    en: 'The reduction was sent or has ended, it cannot be cancelled',
  },
  hold_not_open: {
    status: 409,
    zh: '该电表没有待处理的充值次数异常',
    en: 'The meter is not on hold',
  },
  release_not_possible: {
    status: 422,
    zh: '电表现有读数不支持此处理方式',
    en: 'What was read from the meter does not allow this release',
  },
  point_protected: {
    status: 409,
    zh: '该计量点受保护，不能拉闸',
    en: 'The point is protected and cannot be tripped',
  },
  command_not_cancellable: {
    status: 409,
    zh: '命令已发出，不能取消',
    en: 'The command has been sent, it cannot be cancelled',
  },
  selection_required: {
    status: 409,
    zh: '请先预览所选电表的当前状态，再确认执行',
    en: 'See what the meters show first, then confirm',
  },
  selection_not_valid: {
    status: 409,
    zh: '本次确认无效：不是您预览的内容，或已经执行过',
    en: 'This confirmation is not for what you were shown, or it was used already',
  },
  selection_expired: {
    status: 409,
    zh: '预览已超过 60 秒，请重新预览',
    en: 'What you were shown is older than 60 seconds, look again',
  },
  selection_set_changed: {
    status: 409,
    zh: '所选范围内的电表有变化，请重新预览',
    en: 'The meters of this selection are not the same any more, look again',
  },
  selection_state_changed: {
    status: 409,
    zh: '预览之后电表状态有变化，请重新预览',
    en: 'Meters have changed since you were shown them, look again',
  },
  settings_kept_by_centre: {
    status: 409,
    zh: '该用户由后台计费，报警和透支金额不在表内',
    en: 'The centre charges this account, its amounts do not stand in the meter',
  },
  alarm_amounts_crossed: {
    status: 422,
    zh: '报警金额 1 必须大于报警金额 2',
    en: 'Alarm amount 1 must be above alarm amount 2',
  },
  overload_out_of_range: {
    status: 422,
    zh: '过载功率超出该表可设范围（1 W～99.999 kW，经互感器时按二次侧）',
    en: 'The meter holds 1 W to 99.999 kW as overload, as it measures behind its transformers',
  },
  clock_not_now: {
    status: 409,
    zh: '临近零点、日切或冻结时刻，请几分钟后再校时',
    en: 'Midnight, the day cut or a freeze is near, set clocks a few minutes later',
  },
  batch_has_ended: {
    status: 409,
    zh: '该批次没有尚未下发的命令',
    en: 'Nothing of this batch is still to be sent',
  },
  batch_not_paused: { status: 409, zh: '该批次未暂停', en: 'The batch is not paused' },
  not_supported_by_model: {
    status: 422,
    zh: '该表型不支持此操作',
    en: 'The meter model does not support this',
  },
  meter_not_served: {
    status: 409,
    zh: '该表所在通讯管理机暂未由本进程接管，请稍后重试',
    en: 'The gateway of this meter is not served by this process, try again shortly',
  },
  installation_overlaps: {
    status: 409,
    zh: '该电表或计量点在此时间之后已有装表记录',
    en: 'The meter hangs elsewhere, or another meter on the point, after this time',
  },
  registration_overlaps: {
    status: 409,
    zh: '注册包与同端口的另一总线相同或互为前缀，来电无法区分',
    en: 'On this port another bus has the same registration, or one that begins alike',
  },
  gateway_disabled: {
    status: 409,
    zh: '通讯管理机已停用',
    en: 'The gateway is disabled',
  },
  alarm_not_open: { status: 409, zh: '报警已解除', en: 'The alarm has been cleared already' },
  alarm_not_shelved: { status: 409, zh: '该报警未被搁置', en: 'The alarm is not put aside' },
  alarm_shelf_too_long: {
    status: 422,
    zh: '涉及安全或资金的报警最多搁置一个班次（8 小时）',
    en: 'What money or safety hangs on is put aside for a shift of 8 hours at most',
  },
  alarm_sheet_too_long: {
    status: 422,
    zh: '超过 50000 条，请缩小时间范围再导出',
    en: 'More than 50,000 alarms: choose a shorter time',
  },
  alarm_rule_fixed: {
    status: 422,
    zh: '涉及安全或资金的规则不能停用，也不能降低等级',
    en: 'A rule that money or safety hangs on stays on, and as grave as it is',
  },
  swap_under_way: {
    status: 409,
    zh: '该计量点正在换表，暂停售电及其他办理',
    en: 'A meter is being swapped at this point: wait until it is done',
  },
  swap_not_cancellable: {
    status: 409,
    zh: '换表已进行，不能取消',
    en: 'The swap has gone too far to be cancelled',
  },
  point_without_meter: { status: 409, zh: '该计量点没有电表', en: 'No meter hangs at this point' },
  last_meter_of_account: {
    status: 409,
    zh: '该户只有这一块表：请办理销户',
    en: 'The account has no other meter: close the account',
  },
  meter_in_use: {
    status: 409,
    zh: '该电表已装在别处或正用于换表',
    en: 'The meter hangs at another point, or is promised to one',
  },
  meter_not_barred: {
    status: 409,
    zh: '该电表没有停用，无需初始化',
    en: 'The meter is not barred and needs no reinitialising',
  },
  initialise_under_way: {
    status: 409,
    zh: '该电表正在初始化',
    en: 'The meter is being reinitialised',
  },
  meter_barred: {
    status: 409,
    zh: '该电表已停用（未确认清零），重新初始化后方可使用',
    en: 'The meter is barred until it has been reinitialised',
  },
  register_below_last: {
    status: 422,
    zh: '填写的示数小于电表已抄到的示数',
    en: 'The register entered is below what the meter showed before',
  },
  register_above_read: {
    status: 422,
    zh: '新表底度大于已抄到的示数',
    en: 'The initial register is above what the new meter shows',
  },
  surge_released: {
    status: 409,
    zh: '该联锁已被解除',
    en: 'Somebody has released this surge already',
  },
} as const satisfies Record<string, RefusalRow>
