import { expect, test } from 'vitest'
import { causeSeen, type RelayCause, type RelaySight } from './relay-episode.ts'

const SIGHT: RelaySight = {
  relay: 'tripped',
  before: { relay: 'closed', cause: 'recharge' },
  mode: 'prepaid',
  tripSent: false,
  tripWaits: false,
  timed: false,
  overdrawn: false,
  money: { opened: true, balanceFen: 10_000 },
  limits: { overdraftFen: 0, alarm2Fen: 1_000 },
}
const TRIPPED = { relay: 'tripped' } as const
const closedAfter = (cause: RelayCause) =>
  ({ relay: 'closed', before: { ...TRIPPED, cause } }) as const

test.each<[string, Partial<RelaySight>, RelayCause | null]>([
  ['nothing moved', { relay: 'closed' }, null],
  ['nothing moved, tripped', { before: { ...TRIPPED, cause: 'arrears' } }, null],
  ['tripped as desired', { mode: 'tripped' }, 'operator'],
  ['tripped after our order', { tripSent: true }, 'operator'],
  ['tripped as desired, money gone too', { mode: 'tripped', money: has(0) }, 'operator'],
  [
    'tripped while our order waits, money gone',
    { mode: 'tripped', tripWaits: true, money: has(0) },
    'arrears',
  ],
  ['tripped while our order waits', { mode: 'tripped', tripWaits: true }, 'unknown'],
  [
    'tripped while one order waits and an earlier one was sent',
    { mode: 'tripped', tripWaits: true, tripSent: true },
    'operator',
  ],
  ['tripped by the hours of its circuit', { mode: 'tripped', timed: true }, 'schedule'],
  ['no money', { money: has(0) }, 'arrears'],
  ['too much drawn, with money', { overdrawn: true }, 'overload'],
  ['too much drawn, without money', { overdrawn: true, money: has(0) }, 'arrears'],
  ['too much drawn, a meter without a wallet', { overdrawn: true, money: null }, 'overload'],
  ['overdraft not used up', { money: has(-500), limits: limits(1_000) }, 'warning'],
  ['overdraft used up', { money: has(-1_000), limits: limits(1_000) }, 'arrears'],
  ['at the second alarm amount', { money: has(1_000) }, 'warning'],
  ['money enough', {}, 'unknown'],
  ['not opened', { money: { opened: false, balanceFen: 10_000 } }, 'notOpened'],
  ['no tenant', { limits: null }, 'notOpened'],
  ['seen for the first time', { before: null, money: has(0) }, 'arrears'],
  ['a meter without a wallet', { money: null }, 'unknown'],
  ['closed, first seen', { relay: 'closed', before: null }, 'unknown'],
  ['closed after arrears', closedAfter('arrears'), 'recharge'],
  ['closed after a warning', closedAfter('warning'), 'recharge'],
  ['closed after opening', closedAfter('notOpened'), 'recharge'],
  ['closed after an operator’s trip', closedAfter('operator'), 'operator'],
  ['closed after a release', closedAfter('released'), 'operator'],
  ['closed after an overload', closedAfter('overload'), 'operator'],
  ['closed after the hours of a circuit', closedAfter('schedule'), 'schedule'],
  ['closed by keep-power', { ...closedAfter('arrears'), mode: 'kept' }, 'operator'],
  ['closed, nobody knows why', closedAfter('unknown'), 'unknown'],
])('%s', (_name, sight, cause) => {
  expect(causeSeen({ ...SIGHT, ...sight })).toBe(cause)
})

function has(balanceFen: number) {
  return { opened: true, balanceFen }
}

function limits(overdraftFen: number) {
  return { overdraftFen, alarm2Fen: 1_000 }
}
