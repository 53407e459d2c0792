// Refusals 拒绝: the business says no. Every code is a row here with its HTTP status and its words
// in both languages; throwing one inside a transaction is what rolls it back.

type Row = { status: number; zh: string; en: string }

export const REFUSALS = {
  not_logged_in: { status: 401, zh: '请先登录', en: 'Please log in first' },
  bad_credentials: { status: 401, zh: '用户名或密码不正确', en: 'Wrong user name or password' },
  too_many_attempts: {
    status: 429,
    zh: '尝试次数过多，请稍后再试',
    en: 'Too many attempts, try again later',
  },
  csrf_token_wrong: {
    status: 403,
    zh: '页面已过期，请刷新后重试',
    en: 'This page is out of date, reload it',
  },
  password_change_required: {
    status: 403,
    zh: '请先修改初始密码',
    en: 'Change the first password before going on',
  },
  password_too_weak: {
    status: 422,
    zh: '密码太弱：至少 8 个字符，至少两类字符，不得包含用户名',
    en: 'Too weak: 8 characters or more, of two kinds, without the user name',
  },
  password_wrong: { status: 422, zh: '当前密码不正确', en: 'The current password is wrong' },
  username_taken: { status: 409, zh: '用户名已存在', en: 'The user name is taken' },
  beyond_own_rights: {
    status: 403,
    zh: '超出本人的权限或数据范围',
    en: 'This reaches beyond your own rights or scope',
  },
  not_on_oneself: {
    status: 409,
    zh: '不能对本人执行此操作，请由他人办理',
    en: 'Nobody does this to himself: ask another administrator',
  },
  last_administrator: {
    status: 409,
    zh: '至少须保留一名可用的系统管理员',
    en: 'One administrator must be left who can log in',
  },
  role_supplied: {
    status: 409,
    zh: '系统内置角色不可修改，请新建角色',
    en: 'This role comes with the program: make one of your own',
  },
  not_permitted: { status: 403, zh: '没有此操作的权限', en: 'You may not do this' },
  not_found: { status: 404, zh: '找不到该记录', en: 'No such record' },
  invalid_input: { status: 400, zh: '输入有误', en: 'The input is not valid' },
  request_id_missing: {
    status: 400,
    zh: '缺少请求编号（Idempotency-Key）',
    en: 'The Idempotency-Key header is missing',
  },
  request_id_reused: {
    status: 409,
    zh: '同一请求编号已用于不同内容',
    en: 'This request id was used before with other content',
  },
  request_in_progress: {
    status: 409,
    zh: '同一请求正在处理，请稍候重试',
    en: 'The same request is still being handled, try again shortly',
  },
  amount_out_of_range: { status: 422, zh: '金额超出允许范围', en: 'The amount is out of range' },
  account_closed: { status: 409, zh: '该户已销户', en: 'The account is closed' },
  meter_required: {
    status: 422,
    zh: '该户有多块电表，请指定电表',
    en: 'The account has several meters: name one',
  },
  meter_not_on_account: {
    status: 422,
    zh: '该电表不属于此户',
    en: 'The meter does not belong to the account',
  },
  meter_not_prepaid: {
    status: 422,
    zh: '该表型不能远程写入金额，只能用后台计费',
    en: 'This model cannot take money over the wire; use centre mode',
  },
  meter_charges_itself: {
    status: 422,
    zh: '该表自带钱包，余额用完会自行跳闸，不能后台计费',
    en: 'This meter holds a wallet and trips when it is empty; it cannot be charged by the centre',
  },
  initial_reading_required: {
    status: 422,
    zh: '尚未抄到该表示数，请填写底度',
    en: 'This meter has not been read yet; enter its initial reading',
  },
  meter_not_opened: { status: 409, zh: '电表尚未开户', en: 'The meter is not opened' },
  meter_on_hold: {
    status: 409,
    zh: '充值次数异常待处理，暂停售电',
    en: 'Sales stop until the purchase count mismatch is resolved',
  },
  hoarding_limit: {
    status: 422,
    zh: '超过电表囤积限额',
    en: 'This would exceed the hoarding limit of the meter',
  },
  carry_not_covered: {
    status: 422,
    zh: '金额不足以先结清补缴款',
    en: 'The amount does not cover what is owed first',
  },
  premises_occupied: { status: 409, zh: '该计量点已有在用户', en: 'The point is already supplied' },
  purchase_count_expected: {
    status: 409,
    zh: '购电次数已变化，请核对后重试',
    en: 'The purchase count has changed, check and try again',
  },
  similar_sale_recent: {
    status: 409,
    zh: '5分钟内有同表同金额的售电，请确认',
    en: 'The same amount was sold to this meter within 5 minutes: confirm',
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
  not_supported_by_model: {
    status: 422,
    zh: '该表型不支持此操作',
    en: 'The meter model does not support this',
  },
  already_exists: {
    status: 409,
    zh: '编号或地址已被占用',
    en: 'This code, number or address is taken',
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
  shift_open_already: {
    status: 409,
    zh: '您已有未交班的班次',
    en: 'You have an open shift already',
  },
  shift_counted: {
    status: 409,
    zh: '该班次已点款，请先交班',
    en: 'The drawer of this shift has been counted: hand it over first',
  },
  shift_not_counted: {
    status: 409,
    zh: '请先点款再交班',
    en: 'Count the drawer before handing it over',
  },
  shift_closed: { status: 409, zh: '该班次已交班', en: 'The shift has been handed over' },
  count_not_sum: {
    status: 422,
    zh: '各面额合计与点款金额不符',
    en: 'The pieces do not sum to the amount counted',
  },
  difference_needs_reason: {
    status: 422,
    zh: '长短款须填写原因；选“其他”须写说明',
    en: 'A difference needs a reason, and “other” a note',
  },
  shift_still_open: {
    status: 409,
    zh: '当日还有未交班的班次',
    en: 'A shift of that day has not been handed over',
  },
  day_closed: {
    status: 409,
    zh: '该日已日结',
    en: 'That day is closed',
  },
  day_not_over: {
    status: 422,
    zh: '该日（月）尚未到',
    en: 'That day or month has not come',
  },
  earlier_day_open: {
    status: 409,
    zh: '之前还有未日结的日期',
    en: 'An earlier day is not closed yet',
  },
  month_locked: { status: 409, zh: '该月已月结', en: 'That month is locked' },
  month_unexplained: {
    status: 409,
    zh: '该月还有未了事项，不能月结',
    en: 'The month cannot be locked while something in it is unexplained',
  },
  alarm_not_open: { status: 409, zh: '报警已解除', en: 'The alarm has been cleared already' },
  balance_unknown: {
    status: 409,
    zh: '余额尚未读到或已过时，请先抄表',
    en: 'What is left is not known, or not fresh: read the meter first',
  },
  more_than_is_left: {
    status: 422,
    zh: '超过可退金额',
    en: 'More than is left',
  },
  reason_needs_note: {
    status: 422,
    zh: '选择“其他”须填写说明',
    en: 'This reason needs a note',
  },
  sale_already_reversed: {
    status: 409,
    zh: '该笔售电已冲正或正在冲正',
    en: 'The sale has been reversed, or is being reversed',
  },
  purchase_under_way: {
    status: 409,
    zh: '该笔购电正在下发或待处理，暂不能冲正',
    en: 'The purchase is on its way into the meter, or on hold',
  },
  reduction_not_done: {
    status: 409,
    zh: '电表尚未确认退款，不能付款',
    en: 'The meter has not proved yet that it gave the money up',
  },
  reduction_already_paid: {
    status: 409,
    zh: '该笔减额已付款',
    en: 'This reduction has been paid out',
  },
  reduction_not_payable: {
    status: 422,
    zh: '该笔减额不在此处付款',
    en: 'This reduction is not paid out here',
  },
  approval_required: {
    status: 409,
    zh: '需要第二人复核',
    en: 'A second person has to agree to this',
  },
  approval_not_valid: {
    status: 409,
    zh: '复核无效、已过期或内容已变',
    en: 'The approval is not valid: not agreed, expired, used, or for something else',
  },
  approval_not_open: {
    status: 409,
    zh: '该复核已处理或已过期',
    en: 'The approval has been decided, or has expired',
  },
  approval_by_another: {
    status: 409,
    zh: '须由申请人以外的人复核',
    en: 'Somebody else than who asked has to decide',
  },
  closing_under_way: {
    status: 409,
    zh: '该户正在销户，不能办理此业务',
    en: 'The account is being closed',
  },
  closing_not_open: {
    status: 409,
    zh: '该户没有办理中的销户',
    en: 'The account is not being closed',
  },
  closing_not_abortable: {
    status: 409,
    zh: '销户已有不可撤回的步骤，不能取消',
    en: 'A step of the closing cannot be taken back any more',
  },
  closing_not_ready: {
    status: 409,
    zh: '电表步骤尚未完成，不能结算',
    en: 'The meters are not done yet: nothing can be paid',
  },
  closing_step_decided: {
    status: 409,
    zh: '该步骤不需要人工处理',
    en: 'This step needs no decision',
  },
  settlement_changed: {
    status: 409,
    zh: '结算金额已变化，请核对后重试',
    en: 'What is to be settled has changed, check and try again',
  },
  final_reading_too_low: {
    status: 422,
    zh: '止码低于已抄示数',
    en: 'The final reading is lower than what was read before',
  },
  money_under_way: {
    status: 409,
    zh: '该户有未完成的购电或退款，请稍后再办',
    en: 'A purchase or a payment back is still under way',
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
  meter_in_use: {
    status: 409,
    zh: '该电表已装在别处或正用于换表',
    en: 'The meter hangs at another point, or is promised to one',
  },
  meter_barred: {
    status: 409,
    zh: '该电表已停用（未确认清零），重新初始化后方可使用',
    en: 'The meter is barred until it has been reinitialised',
  },
  claim_above_paid: {
    status: 422,
    zh: '剩余金额超过已购未用金额',
    en: 'More is claimed than was ever bought and not used',
  },
  register_below_last: {
    status: 422,
    zh: '止码小于已抄到的示数',
    en: 'The final register is below what was read before',
  },
  register_above_read: {
    status: 422,
    zh: '新表底度大于已抄到的示数',
    en: 'The initial register is above what the new meter shows',
  },
  database_unavailable: {
    status: 503,
    zh: '数据库暂不可用，请稍后重试',
    en: 'The database is unavailable, try again shortly',
  },
} as const satisfies Record<string, Row>

export type RefusalCode = keyof typeof REFUSALS
export type Facts = Readonly<Record<string, string | number | boolean | null>>

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly facts: Facts
  constructor(code: RefusalCode, facts: Facts = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

export function refuseIf(condition: boolean, code: RefusalCode, facts: Facts = {}): void {
  if (condition) throw new Refusal(code, facts)
}
