// Which gateways this process is master of 网关租约: only their commands are taken here.

import type { Db } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { GatewayId } from '../shared/ids.ts'

export const gatewaysHeldBy = async (db: Db, holder: string): Promise<GatewayId[]> => {
  const rows = await db.as(systemScope(holder), (tx) =>
    tx.query<{ gatewayId: GatewayId }>(
      `select gateway_id as "gatewayId" from lease where holder = $1 and expires_at > $2`,
      [holder, sqlTime(tx.now)],
    ),
  )
  return rows.map((row) => row.gatewayId)
}
