// Refusals of the start 启动拒绝: what keeps the centre from running at all, before there is anybody
// to answer. Every code is a row here with its words in both languages; `{name}` is a fact.

type Words = { zh: string; en: string }

export const START_REFUSALS = {
  data_folder_in_use: {
    zh: '数据目录 {folder} 正由另一个 Prewatt 进程使用（进程号 {pid}）',
    en: 'The data folder {folder} is in use by another Prewatt (process {pid})',
  },
  data_folder_not_ours: {
    zh: '数据库目录 {folder} 属于另一个操作系统用户（uid {uid}），请用该用户或 root 启动',
    en: 'The database folder {folder} belongs to another user (uid {uid}): start as him or as root',
  },
  data_folder_unreachable: {
    zh: '数据库用户 {user} 无法访问 {folder}，请把 PREWATT_DATA 设到可访问的目录',
    en: 'The database user {user} cannot reach {folder}: set PREWATT_DATA to a folder it can reach',
  },
  data_folder_version: {
    zh: '数据目录由 PostgreSQL {found} 建立，本程序自带 {wanted}，请先导出再升级',
    en: 'The database was made by PostgreSQL {found}; this program brings {wanted}: upgrade it',
  },
  no_database_binaries: {
    zh: '本平台（{platform}）没有自带 PostgreSQL，请设置 PREWATT_DATABASE_URL',
    en: 'There is no bundled PostgreSQL for {platform}: set PREWATT_DATABASE_URL',
  },
  os_user_unknown: {
    zh: 'PostgreSQL 需要在 /etc/passwd 中登记的非 root 用户，当前用户没有登记',
    en: 'PostgreSQL must run as a user listed in /etc/passwd that is not root; this one is not',
  },
  database_did_not_start: {
    zh: '自带 PostgreSQL 未能启动：{detail}',
    en: 'The bundled PostgreSQL did not start: {detail}',
  },
  database_not_initialised: {
    zh: '自带 PostgreSQL 未能初始化：{detail}',
    en: 'The bundled PostgreSQL could not be initialised: {detail}',
  },
  postgres_too_old: {
    zh: 'PostgreSQL {found} 太旧，需要 15 或更新版本',
    en: 'PostgreSQL {found} is too old: 15 or newer is needed',
  },
  encoding_not_utf8: {
    zh: '数据库编码是 {found}，必须是 UTF8',
    en: 'The encoding of the database is {found}; it must be UTF8',
  },
  fsync_off: {
    zh: '数据库设置 fsync=off：断电会丢失已确认的售电，拒绝启动',
    en: 'The database runs with fsync=off: a power cut would lose acknowledged sales',
  },
  full_page_writes_off: {
    zh: '数据库设置 full_page_writes=off：断电会损坏数据页，拒绝启动',
    en: 'The database runs with full_page_writes=off: a power cut would tear pages',
  },
  synchronous_commit_off: {
    zh: '数据库设置 synchronous_commit=off：崩溃会丢失已确认的售电，拒绝启动',
    en: 'The database runs with synchronous_commit=off: a crash would lose acknowledged sales',
  },
  data_checksums_off: {
    zh: '提醒：数据库未启用数据页校验（data_checksums），磁盘静默损坏将无法发现',
    en: 'Note: data_checksums is off, so silent damage of the disk would go unnoticed',
  },
  database_newer_than_program: {
    zh: '数据库比程序新（含有本程序没有的变更 {migration}），请升级程序',
    en: 'The database is newer than this program (it has {migration}): upgrade the program',
  },
  migration_failed: {
    zh: '数据库变更 {migration} 失败，数据未改动：{detail}',
    en: 'Migration {migration} failed, nothing was changed: {detail}',
  },
  role_creation_refused: {
    zh: '数据库不允许本程序建立角色，请由数据库管理员执行以下 SQL 后重新启动：\n{sql}',
    en: 'The database does not let us create roles: have its administrator run this SQL:\n{sql}',
  },
  demo_of_other_size: {
    zh: '数据目录里的演示有 {made} 块表，不能改成 {wanted} 块；请用另一个 PREWATT_DATA',
    en: 'The demonstration in this data folder has {made} meters, not {wanted}: use another folder',
  },
  tls_file_missing: {
    zh: '{setting}：找不到或无法读取文件 {file}',
    en: '{setting}: the file {file} is not there or cannot be read',
  },
  tls_file_unusable: {
    zh: '{setting}：{file} 不是可用的 PEM 文件（私钥不能带口令）',
    en: '{setting}: {file} is no PEM file that can be used (a key must have no passphrase)',
  },
  tls_not_together: {
    zh: '{setting}：{file} 不是该证书的私钥',
    en: '{setting}: {file} is not the key of that certificate',
  },
  master_key_wrong: {
    zh: '主密钥不对：数据库中的密钥由另一把主密钥（{wanted}）保护，本进程持有 {found}；未作任何改动',
    en: 'Wrong master key: the database wants {wanted}, this process has {found}; nothing changed',
  },
  app_role_unbound: {
    zh: '应用登录角色是超级用户或可绕过行级权限，请收回该权限',
    en: 'The application login is a superuser or bypasses row security: take that right away',
  },
} as const satisfies Record<string, Words>

export type StartRefusalCode = keyof typeof START_REFUSALS
export type StartFacts = Readonly<Record<string, string | number>>
export type StartNotice = { code: StartRefusalCode } & Words

const filled = (text: string, facts: StartFacts): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))

export const startNotice = (code: StartRefusalCode, facts: StartFacts = {}): StartNotice => ({
  code,
  zh: filled(START_REFUSALS[code].zh, facts),
  en: filled(START_REFUSALS[code].en, facts),
})

/** Stops the start; `notices` holds every reason found, never none. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal'
  readonly notices: readonly StartNotice[]
  constructor(notices: readonly StartNotice[]) {
    super(notices.map((notice) => `${notice.code}: ${notice.zh} / ${notice.en}`).join('\n'))
    this.notices = notices
  }
}

export const refuseStart = (code: StartRefusalCode, facts: StartFacts = {}): never => {
  throw new StartRefusal([startNotice(code, facts)])
}
