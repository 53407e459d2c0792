// The register of complexes 综合体: creating one also starts its 16 hash chains.

import { CHAIN_START } from '../ledger/chain.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId } from '../shared/ids.ts'

export const createComplex = async (
  tx: Tx,
  complex: { code: string; name: string; nameEn: string; zone: string; dayCutMinutes: number },
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
