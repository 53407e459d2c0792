// Refusals at the door 拒绝: who asks, what may be asked, and how.

import type { RefusalRow } from './row.ts'

export const ACCESS_REFUSALS = {
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
  totp_required: {
    status: 401,
    zh: '请输入动态口令',
    en: 'Enter the code of your authenticator',
  },
  totp_wrong: {
    status: 401,
    zh: '动态口令不正确或已用过',
    en: 'The code is wrong, or was used already',
  },
  totp_not_pending: {
    status: 409,
    zh: '请先重新获取二维码',
    en: 'Ask for a new picture first',
  },
  totp_enrolment_required: {
    status: 403,
    zh: '须先设置第二因素（动态口令或通行密钥）',
    en: 'A second factor is asked of you: set it up first',
  },
  confirmation_required: {
    status: 403,
    zh: '请再次输入密码以确认身份',
    en: 'Enter your password again to go on',
  },
  password_change_required: {
    status: 403,
    zh: '请先修改密码',
    en: 'Choose a new password before going on',
  },
  password_too_short: { status: 422, zh: '密码太短', en: 'The password is too short' },
  password_too_weak: {
    status: 422,
    zh: '密码太简单：请多用几类字符（大写、小写、数字、符号、汉字）',
    en: 'Too plain: use more kinds of capitals, small letters, digits, signs or Chinese characters',
  },
  password_holds_username: {
    status: 422,
    zh: '密码不得包含用户名',
    en: 'The password must not contain the user name',
  },
  password_too_common: {
    status: 422,
    zh: '这是最常被猜中的密码之一，请换一个',
    en: 'This is one of the passwords that are guessed first, choose another',
  },
  password_holds_name: {
    status: 422,
    zh: '密码不得包含本人姓名、综合体名称或产品名称（含拼音）',
    en: 'The password must not contain your name, or that of the complex or the product',
  },
  password_used_before: {
    status: 422,
    zh: '不得重复使用最近用过的密码',
    en: 'You used this password not long ago: choose another',
  },
  password_same: {
    status: 422,
    zh: '新密码不得与当前密码相同',
    en: 'The new password is the current one',
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
    zh: '至少须保留一名可用的管理员',
    en: 'One administrator must be left who can log in',
  },
  duties_not_separate: {
    status: 409,
    zh: '已启用三权分立：系统、安全、审计管理员须分设，且均不得经手资金',
    en: 'Administrators are separated: nobody holds two of their duties, or one and money',
  },
  passkey_refused: {
    status: 401,
    zh: '通行密钥未通过验证，请重试或改用密码',
    en: 'The passkey was not accepted: try again, or use the password',
  },
  passkey_cloned: {
    status: 401,
    zh: '该通行密钥的计数倒退，可能已被复制，已停用，请联系管理员',
    en: 'This passkey’s counter went back, so it may have been copied: it no longer counts',
  },
  passkey_host_unknown: {
    status: 409,
    zh: '当前网址未列入通行密钥允许的主机名，请联系管理员',
    en: 'Passkeys are not set up for this address: ask an administrator',
  },
  role_supplied: {
    status: 409,
    zh: '系统内置角色不可修改，请新建角色',
    en: 'This role comes with the program: make one of your own',
  },
  not_permitted: { status: 403, zh: '没有此操作的权限', en: 'You may not do this' },
  not_found: { status: 404, zh: '找不到该记录', en: 'No such record' },
  invalid_input: { status: 400, zh: '输入有误', en: 'The input is not valid' },
  webhook_url: {
    status: 422,
    zh: '推送地址须为 https，且不能指向内网（除非设置允许）',
    en: 'The address must be https, and not of a private network unless the settings allow it',
  },
  webhook_off: {
    status: 409,
    zh: '该推送已停用，请先启用',
    en: 'This webhook is switched off: switch it on first',
  },
  too_many_webhooks: {
    status: 409,
    zh: '推送订阅已达上限',
    en: 'There are as many webhooks as there may be',
  },
  request_id_missing: {
    status: 400,
    zh: '缺少请求编号（Idempotency-Key），或含有空格、斜杠',
    en: 'The Idempotency-Key header is missing, or has a space or a slash in it',
  },
  request_id_reused: {
    status: 409,
    zh: '同一请求编号已用于不同内容',
    en: 'This request id was used before with other content',
  },
  already_exists: {
    status: 409,
    zh: '编号、名称或地址已被占用',
    en: 'This code, name, number or address is taken',
  },
  database_unavailable: {
    status: 503,
    zh: '数据库暂不可用，请稍后重试',
    en: 'The database is unavailable, try again shortly',
  },
} as const satisfies Record<string, RefusalRow>
