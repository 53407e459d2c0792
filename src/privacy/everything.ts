// All that is kept about one tenant 个人信息导出, as a table: what he is asked for when he wants to know
// it, with his whole phone number.

import { openPhone } from '../accounts/phone.ts'
import { statementLines, tenancyOf } from '../accounts/statement-store.ts'
import { fen, yuanText } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Vault } from '../secrets/vault.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { AccountId, ComplexId, TenantId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'

type Row = (string | number)[]

const WORDS = {
  headings: {
    zh: ['类别', '时间', '内容', '值', '金额（元）', '电量（kWh）'],
    en: ['Kind', 'Time', 'What', 'Value', 'Amount (yuan)', 'Energy (kWh)'],
  },
  person: { zh: '商户资料', en: 'Tenant' },
  account: { zh: '户', en: 'Account' },
  until: { zh: '至', en: 'until' },
  name: { zh: '名称', en: 'Name' },
  nameEn: { zh: '英文名称', en: 'English name' },
  phone: { zh: '电话', en: 'Phone' },
  contact: { zh: '联系人', en: 'Contact' },
  licenceNo: { zh: '执照号', en: 'Licence number' },
  note: { zh: '备注', en: 'Note' },
  sale: { zh: '收款', en: 'Payment' },
  payout: { zh: '退款', en: 'Paid back' },
  waiver: { zh: '减免', en: 'Waived' },
  day: { zh: '日用电', en: 'Use of a day' },
  adjustment: { zh: '补差', en: 'Adjustment' },
  sharing: { zh: '公摊', en: 'Share of public energy' },
} as const

type Person = {
  name: string
  nameEn: string
  contact: string
  licenceNo: string
  note: string
  accountIds: AccountId[] | null
}

const FIELDS = ['name', 'nameEn', 'contact', 'licenceNo', 'note'] as const
const WH_PER_KWH = 1_000

const personOf = async (tx: Tx, complex: ComplexId, tenant: TenantId): Promise<Person | null> => {
  const rows = await tx.query<Person>(
    `select name, name_en as "nameEn", contact, licence_no as "licenceNo", note,
       (select array_agg(distinct account_id order by account_id) from account_tenant h
        where h.complex_id = $1 and h.tenant_id = $2) as "accountIds"
     from tenant where complex_id = $1 and tenant_id = $2`,
    [complex, tenant],
  )
  return rows[0] ?? null
}

type Place = { complexId: ComplexId; zone: string; language: Language }

const accountRows = async (
  tx: Tx,
  { complexId, zone, language }: Place,
  tenant: TenantId,
  account: AccountId,
): Promise<Row[]> => {
  const tenancy = await tenancyOf(tx, complexId, account, tenant)
  if (!tenancy) return []
  const { accountNo, since, until } = tenancy
  const time = (at: Instant) => rfc3339(at, zone).slice(0, 19).replace('T', ' ')
  const span = until === null ? '' : `${WORDS.until[language]} ${time(until)}`
  const lines = await statementLines(tx, complexId, account, tenancy)
  return [
    [WORDS.account[language], time(since), accountNo, span, '', ''],
    ...lines.map((line): Row => {
      const amount = line.usedFen === 0 ? line.paidFen + line.waivedFen : line.usedFen
      return [
        ...[WORDS[line.kind][language], time(line.at), line.no, line.meterNo],
        amount === 0 ? '' : yuanText(fen(amount)),
        line.energyWh === 0 ? '' : line.energyWh / WH_PER_KWH,
      ]
    }),
  ]
}

/** The first row is the headings; that it was made is in the log. Refuses: not_found. */
export const everythingOf = async (
  tx: Tx,
  deps: { vault: Vault; ids: Ids },
  place: Place,
  tenantId: TenantId,
): Promise<Row[]> => {
  const { complexId, language } = place
  const person = await personOf(tx, complexId, tenantId)
  if (!person) throw new Refusal('not_found', { tenantId })
  const phone = await openPhone(tx, deps, complexId, tenantId)
  const kind = WORDS.person[language]
  const fields = FIELDS.map(
    (field): Row => [kind, '', WORDS[field][language], person[field], '', ''],
  )
  const rows: Row[] = [
    [...WORDS.headings[language]],
    ...fields,
    [kind, '', WORDS.phone[language], phone ?? '', '', ''],
  ]
  for (const account of person.accountIds ?? [])
    rows.push(...(await accountRows(tx, place, tenantId, account)))
  await audit(tx, deps.ids, {
    complexId,
    action: 'privacy.export',
    subject: `tenant/${tenantId}`,
    after: { rows: rows.length },
  })
  return rows
}
