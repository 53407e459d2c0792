// The rows that editing an account reads and writes 用户资料存取: its present tenant and its supplies.

import type { Tx } from '../ports/database.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, TenantId } from '../shared/ids.ts'
import type { SealedPhone } from './new-tenant.ts'

export type TenantRow = {
  tenantId: TenantId
  name: string
  nameEn: string
  phoneHead: string
  phoneTail: string | null
  contact: string
  licenceNo: string
  note: string
}

/** The tenant of the newest period; of a closed account the last one. */
export const tenantOfAccount = async (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
): Promise<TenantRow | null> => {
  const rows = await tx.query<TenantRow>(
    `select t.tenant_id as "tenantId", t.name, t.name_en as "nameEn",
       t.phone_head as "phoneHead", t.phone_tail as "phoneTail", t.contact,
       t.licence_no as "licenceNo", t.note
     from account_tenant at
     join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
     where at.complex_id = $1 and at.account_id = $2 order by at.since desc limit 1`,
    [complex, account],
  )
  return rows[0] ?? null
}

export type TenantData = {
  name?: string | undefined
  pinyin?: string | undefined
  nameEn?: string | undefined
  contact?: string | undefined
  licenceNo?: string | undefined
  note?: string | undefined
}

/** What is not named stays as it is. */
export const writeTenantData = async (
  tx: Tx,
  complex: ComplexId,
  tenant: TenantId,
  data: TenantData,
): Promise<void> => {
  await tx.query(
    `update tenant set name = coalesce($3, name), pinyin = coalesce($4, pinyin),
       name_en = coalesce($5, name_en), contact = coalesce($6, contact),
       licence_no = coalesce($7, licence_no), note = coalesce($8, note)
     where complex_id = $1 and tenant_id = $2`,
    [
      complex,
      tenant,
      data.name ?? null,
      data.pinyin ?? null,
      data.nameEn ?? null,
      data.contact ?? null,
      data.licenceNo ?? null,
      data.note ?? null,
    ],
  )
}

export const writePhone = async (
  tx: Tx,
  complex: ComplexId,
  tenant: TenantId,
  phone: SealedPhone | null,
): Promise<void> => {
  await tx.query(
    `update tenant set phone_sealed = $3, phone_index = $4, phone_head = $5, phone_tail = $6
     where complex_id = $1 and tenant_id = $2`,
    [
      ...[complex, tenant, phone?.sealed ?? null, phone?.index ?? null],
      ...[phone?.head ?? '', phone?.tail ?? null],
    ],
  )
}

export type SupplyRow = {
  accountId: AccountId
  supplyId: SupplyId
  meterId: MeterId
  meterNo: string
  model: string
  alarm1Fen: number
  alarm2Fen: number
  overdraftFen: number
  hoardingFen: number
}

export const suppliesOf = (
  tx: Tx,
  complex: ComplexId,
  accounts: readonly AccountId[],
): Promise<SupplyRow[]> =>
  tx.query<SupplyRow>(
    `select s.account_id as "accountId", s.supply_id as "supplyId", m.meter_id as "meterId",
       m.no as "meterNo", d.model, s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen",
       s.overdraft_fen as "overdraftFen", s.hoarding_fen as "hoardingFen"
     from supply s
     join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
       and i.until is null
     join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     where s.complex_id = $1 and s.account_id = any ($2) and s.until is null order by m.meter_id`,
    [complex, accounts],
    'kept',
  )

export const writeThresholds = async (
  tx: Tx,
  complex: ComplexId,
  supply: Omit<SupplyRow, 'accountId' | 'meterId' | 'meterNo' | 'model'>,
): Promise<void> => {
  await tx.query(
    `update supply set alarm1_fen = $3, alarm2_fen = $4, overdraft_fen = $5, hoarding_fen = $6
     where complex_id = $1 and supply_id = $2`,
    [
      complex,
      supply.supplyId,
      supply.alarm1Fen,
      supply.alarm2Fen,
      supply.overdraftFen,
      supply.hoardingFen,
    ],
  )
}
