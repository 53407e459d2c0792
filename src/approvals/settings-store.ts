// What one person may do alone 复核规则, as a complex has set it, and who there may decide. Where
// nothing is set, only what always needs two people and the limits of operators hold.

import type { ApprovalSettings } from '../http/contract/approvals.ts'
import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'

/** As before anything is set. */
export const UNSET: ApprovalSettings = {
  ...{ keepHours: null, keepPoints: null, tripMeters: null, pricePercent: null },
  ...{ backdated: false, priceCap: false, rights: false, keys: false },
  ...{ lastMinutes: 30, alone: false },
}

/** For a complex that begins. */
export const SUGGESTED: ApprovalSettings = {
  ...{ keepHours: 72, keepPoints: 20, tripMeters: null, pricePercent: 20 },
  ...{ backdated: true, priceCap: true, rights: true, keys: true },
  ...{ lastMinutes: 480, alone: true },
}

export const approvalSettings = async (tx: Tx, complex: ComplexId): Promise<ApprovalSettings> => {
  const rows = await tx.query<{ set: Partial<ApprovalSettings> | null }>(
    "select settings->'approvals' as set from complex where complex_id = $1",
    [complex],
  )
  return { ...UNSET, ...rows[0]?.set }
}

export const writeApprovalSettings = async (
  tx: Tx,
  complex: ComplexId,
  settings: ApprovalSettings,
): Promise<void> => {
  await tx.query(
    `update complex set settings = settings || jsonb_build_object('approvals', $2::jsonb)
     where complex_id = $1`,
    [complex, JSON.stringify(settings)],
  )
}

/** As SQL: whether operator `o` with role `r` may decide in the complex, or in all of them. */
export const decides = (complex: string, everywhere: string, now: string): string => `(
  o.disabled_at is null and (o.expires_at is null or o.expires_at > ${now}::timestamptz)
  and 'approval.decide' = any (r.permissions) and o.buildings is null
  and (o.complexes is null or (not ${everywhere} and ${complex} = any (o.complexes))))`

const DECIDERS = `
  select o.operator_id as id from operator o join role r on r.role_id = o.role_id
  where ${decides('$1', '$2::boolean', '$3')} order by 1`

/** Everybody who may decide there. */
export const decidersOf = async (
  tx: Tx,
  complex: ComplexId,
  everywhere = false,
): Promise<OperatorId[]> =>
  (await tx.query<{ id: OperatorId }>(DECIDERS, [complex, everywhere, sqlTime(tx.now)])).map(
    ({ id }) => id,
  )
