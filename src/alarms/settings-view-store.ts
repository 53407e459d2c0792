// What the settings of alarms are shown with: how many are open, and whom an escalation can reach.

import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Words } from '../shared/words.ts'

export const openByRule = async (tx: Tx, complex: ComplexId): Promise<Map<string, number>> => {
  const rows = await tx.query<{ rule: string; n: number }>(
    `select rule, count(*)::integer as n from alarm
     where complex_id = $1 and cleared_at is null group by rule`,
    [complex],
  )
  return new Map(rows.map(({ rule, n }) => [rule, n]))
}

export type Reachable = {
  roles: { code: string; name: Words }[]
  operators: { operatorId: number; name: string }[]
}

/** Roles and operators that see the alarms of this complex. */
export const reachable = async (tx: Tx, complex: ComplexId): Promise<Reachable> => {
  const roles = await tx.query<{ code: string; zh: string; en: string }>(
    `select code, name as zh, name_en as en from role
     where 'alarm.view' = any (permissions) order by role_id`,
  )
  const operators = await tx.query<{ operatorId: number; name: string }>(
    `select o.operator_id as "operatorId", o.name from operator o
     join role r on r.role_id = o.role_id and 'alarm.view' = any (r.permissions)
     where o.disabled_at is null and (o.complexes is null or $1 = any (o.complexes))
     order by o.name`,
    [complex],
  )
  return { roles: roles.map(({ code, zh, en }) => ({ code, name: { zh, en } })), operators }
}
