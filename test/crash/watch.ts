// Waiting for the end of a flow, in the process that is killed and past its crash point: nothing
// that is under way, nothing that is still to be looked at. Nobody waits for a back-off meanwhile.

import { CLOSE_WORK } from '../../src/accounts/wake-closing.ts'
import { systemClock } from '../../src/adapters/system.ts'
import { type Db, systemScope, type Tx } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import type { AccountId, Uuid } from '../../src/shared/ids.ts'
import type { Told } from './cashier-words.ts'

const LOOK_MS = 40
/** Rounds of status and energy, which a closing may wait for. */
const POLL_MS = 1_000
/** A closing looks every two seconds: five times as often, and no more, for it does work then. */
const CLOSING_SOON_MS = 400

export type Watch = {
  untilStill(meters: readonly number[]): Promise<Pick<Told, 'held'>>
  untilSettling(account: AccountId, meter: number): Promise<Pick<Told, 'held'>>
  /** The reduction that a request asked for. */
  doneReduction(requestId: string): Promise<Uuid>
}

const hurry = (tx: Tx): Promise<unknown> =>
  tx.query(
    `update work set due_at = now() where done_at is null and claimed_until is null
       and due_at > now() and (kind <> $1 or due_at < now() + $2 * interval '1 ms')`,
    [CLOSE_WORK, 2_000 - CLOSING_SOON_MS],
  )

const held = async (tx: Tx, meters: readonly number[]): Promise<boolean> => {
  const rows = await tx.query(
    'select from hold where meter_id = any ($1) and released_at is null',
    [meters],
  )
  return rows.length > 0
}

/** Under way, or with work of the product that may still be taken up. */
const busyIn = async (tx: Tx, meters: readonly number[], works: boolean): Promise<boolean> => {
  const rows = await tx.query(
    `select from purchase where meter_id = any ($1) and state in ('QUEUED', 'ARMED')
     union all
     select from reduction where meter_id = any ($1) and state in ('QUEUED', 'SENT')
     union all
     select from work where $2 and kind = 'delivery' and done_at is null
       and key in (select 'meter/' || m from unnest($1::integer[]) m)`,
    [meters, works],
  )
  return rows.length > 0
}

const settling = async (tx: Tx, account: AccountId): Promise<boolean> => {
  const rows = await tx.query<{ state: string }>(
    `select state from closing where account_id = $1 order by started_at desc limit 1`,
    [account],
  )
  return ['settling', 'closed'].includes(must(rows[0], 'the closing was begun').state)
}

type Product = {
  /** Whoever delivers takes up work rows, and puts them back. */
  works: boolean
  poll(meter: number): Promise<void>
}

export const watchOver = (plain: Db, holder: string, { works, poll }: Product): Watch => {
  const scope = systemScope(holder)
  const busy = (tx: Tx, meters: readonly number[]) => busyIn(tx, meters, works)
  const until = async (meters: readonly number[], ended: (tx: Tx) => Promise<boolean>) => {
    for (;;) {
      const seen = await plain.as(scope, async (tx) => {
        await hurry(tx)
        // A meter is stopped and its work is put back: in this order, so that both are seen.
        const isBusy = await busy(tx, meters)
        const isHeld = await held(tx, meters)
        return { over: isHeld ? !isBusy : await ended(tx), held: isHeld }
      })
      if (seen.over) return { held: seen.held }
      await systemClock.sleep(LOOK_MS)
    }
  }
  return {
    untilStill: (meters) => until(meters, async (tx) => !(await busy(tx, meters))),
    untilSettling: async (account, meter) => {
      const stop = new AbortController()
      const polling = (async () => {
        for (;;) {
          await systemClock.sleep(POLL_MS, stop.signal)
          if (stop.signal.aborted) return
          await poll(meter)
        }
      })()
      const seen = await until([meter], (tx) => settling(tx, account))
      stop.abort()
      await polling
      return seen
    },
    doneReduction: async (requestId) => {
      const rows = await plain.as(scope, (tx) =>
        tx.query<{ id: Uuid }>('select reduction_id as id from reduction where request_id = $1', [
          requestId,
        ]),
      )
      return must(rows[0], 'it was queued').id
    },
  }
}
