// The wrong protocol 错误协议: it takes the next number from the meter, believes an answer, and sends
// again when it is in doubt. The crash test must catch it.

import { fen } from '../../src/ledger/money.ts'
import type { Drivers } from '../../src/metering/driver.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { type Db, systemScope } from '../../src/ports/database.ts'
import type { MeterId } from '../../src/shared/ids.ts'

type Waiting = { id: string; meterId: MeterId; kind: string; amountFen: number; customerNo: string }

const WAITING = `
  select p.purchase_id as id, p.meter_id as "meterId", p.kind, p.amount_fen as "amountFen",
    e.customer_no as "customerNo"
  from purchase p join epoch e on e.complex_id = p.complex_id and e.meter_id = p.meter_id
    and e.epoch = p.epoch
  where p.state = 'QUEUED' order by p.queued_at limit 1`

const deliver = async (deps: { db: Db; drivers: Drivers }, p: Waiting): Promise<void> => {
  const driver = deps.drivers.of(p.meterId)
  const wallet = await driver?.readWallet('recharge')
  if (!driver || !wallet?.ok) return
  const order = {
    count: wallet.value.count + 1,
    amountFen: fen(p.amountFen),
    customerNo: p.customerNo,
  }
  const answer = p.kind === 'open' ? await driver.openAccount(order) : await driver.recharge(order)
  if (!answer.ok || answer.value.answered !== 'accepted') return
  await deps.db.as(systemScope('delivery'), (tx) =>
    tx.query(
      `update purchase set state = 'DELIVERED', n = $2, ended_at = $3::timestamptz,
         evidence = '{}' where purchase_id = $1`,
      [p.id, order.count, new Date(tx.now).toISOString()],
    ),
  )
}

export const startResending = (deps: { db: Db; clock: Clock; drivers: Drivers }): void => {
  const run = async () => {
    for (;;) {
      const rows = await deps.db.as(systemScope('idle'), (tx) => tx.query<Waiting>(WAITING))
      if (rows[0]) await deliver(deps, rows[0])
      await deps.clock.sleep(20)
    }
  }
  void run()
}
