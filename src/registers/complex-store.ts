// The register of complexes 综合体: creating one also starts its 16 hash chains.

import type { ComplexDefaults } from '../http/contract/registers.ts'
import { CHAIN_START } from '../ledger/chain.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'

export type ComplexRow = { name: string; nameEn: string; zone: string; dayCutMinutes: number }

export const isComplexCodeTaken = async (tx: Tx, code: string): Promise<boolean> =>
  (await tx.query('select from complex where code = $1', [code])).length > 0

export const createComplex = async (
  tx: Tx,
  complex: ComplexRow & { code: string },
): Promise<ComplexId> => {
  const rows = await tx.query<{ id: ComplexId }>(
    `with c as (
       insert into complex (code, name, name_en, zone, day_cut_minutes)
       values ($1, $2, $3, $4, $5) returning complex_id
     ), heads as (
       insert into chain_head (complex_id, lane, seq, hash)
       select complex_id, lane, 0, $6 from c, generate_series(0, 15) as lane
     )
     select complex_id as id from c`,
    [complex.code, complex.name, complex.nameEn, complex.zone, complex.dayCutMinutes, CHAIN_START],
  )
  return must(rows[0], 'the complex was written').id
}

export type StoredComplex = ComplexRow & {
  complexId: ComplexId
  code: string
  /** As it was set; null where it never was. */
  defaults: ComplexDefaults | null
  inUse: boolean
}

/** Null where the scope has no such complex. Locked until the end while it is changed. */
export const complexById = async (
  tx: Tx,
  complex: number,
  { lock }: { lock: boolean } = { lock: false },
): Promise<StoredComplex | null> => {
  const rows = await tx.query<StoredComplex>(
    `select c.complex_id as "complexId", c.code, c.name, c.name_en as "nameEn", c.zone,
       c.day_cut_minutes as "dayCutMinutes", c.settings->'defaults' as defaults,
       exists (select from account a where a.complex_id = c.complex_id)
         or exists (select from posting p where p.complex_id = c.complex_id) as "inUse"
     from complex c where c.complex_id = $1 ${lock ? 'for no key update of c' : ''}`,
    [complex],
  )
  return rows[0] ?? null
}

export const updateComplex = async (
  tx: Tx,
  complex: ComplexId,
  row: ComplexRow & { defaults: ComplexDefaults },
): Promise<void> => {
  await tx.query(
    `update complex set name = $2, name_en = $3, zone = $4, day_cut_minutes = $5,
       settings = settings || jsonb_build_object('defaults', $6::jsonb)
     where complex_id = $1`,
    [...[complex, row.name, row.nameEn, row.zone, row.dayCutMinutes], JSON.stringify(row.defaults)],
  )
}

export const planExists = async (tx: Tx, complex: ComplexId, plan: number): Promise<boolean> =>
  (await tx.query('select from plan where complex_id = $1 and plan_id = $2', [complex, plan]))
    .length > 0
