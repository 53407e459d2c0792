// Every money event with its T-accounts: debit left of the bar, credit right of it. An event file
// without a row here fails.

import { describe, expect, test } from 'vitest'
import { listFolder } from '../../adapters/list-folder.ts'
import { accountId, supplyId, uuid } from '../../shared/ids.ts'
import { fen, ZERO_FEN } from '../money.ts'
import { adjustmentLines } from './adjustment.ts'
import * as close from './close.ts'
import { consumptionLines } from './consumption.ts'
import { meteredConsumptionLines } from './consumption-metered.ts'
import { deadMeterClaimLines } from './dead-meter-claim.ts'
import { deliveryLines } from './delivery.ts'
import { depositLines } from './deposit.ts'
import { openingBalanceLines } from './opening-balance.ts'
import { payoutLines } from './payout.ts'
import { putBackLines } from './put-back.ts'
import { reductionLines } from './reduction.ts'
import { refundLines } from './refund.ts'
import { reversalLines } from './reversal.ts'
import { type Line, saleLines } from './sale.ts'
import { sharingLines } from './sharing.ts'
import { shiftCloseLines } from './shift-close.ts'
import { shiftFloatLines } from './shift-float.ts'
import { overdraftLines, swapTransferLines } from './swap-transfer.ts'
import { varianceLines } from './variance.ts'
import { type Owed, waiverLines, waiverSplit } from './waiver.ts'

const A = accountId(7)
const S = supplyId(3)
const SHIFT = uuid('019352f0-0000-7000-8000-000000000001')
const TILL = `cash/${SHIFT}`

const sale = (part: { carryFen: number; feeFen: number; creditFen: number; paidFen: number }) =>
  saleLines({
    ...{ intoPath: TILL, carryPath: 'account/7/carry', creditPath: 'supply/3/transit' },
    ...{ paidFen: fen(part.paidFen), carryFen: fen(part.carryFen) },
    ...{ feeFen: fen(part.feeFen), creditFen: fen(part.creditFen) },
  })
const claim = (claimFen: number, voidedFen: number) =>
  deadMeterClaimLines({
    ...{ supply: S, account: A, claimFen: fen(claimFen), voidedFen: fen(voidedFen) },
  })
const settled = (part: Partial<close.Settled>) =>
  close.settlementLines(A, TILL, {
    ...{ payableFen: ZERO_FEN, balanceFen: ZERO_FEN, depositFen: ZERO_FEN },
    ...{ serviceFeeFen: ZERO_FEN, carryOwedFen: ZERO_FEN, ...part },
  })

const waived = (amountFen: number, owed: Record<keyof Owed, number>) => {
  const { carryFen, balanceFen } = owed
  const split = waiverSplit(fen(amountFen), {
    carryFen: fen(carryFen),
    balanceFen: fen(balanceFen),
  })
  return waiverLines(A, split)
}

type Row = [file: string, when: string, lines: readonly Line[], accounts: readonly string[]]

const EVENTS: readonly Row[] = [
  [
    'sale',
    'what is owed is settled first, the fee is ours, the rest is on its way',
    sale({ paidFen: 10_000, carryFen: 1_500, feeFen: 100, creditFen: 8_400 }),
    [
      `${TILL} 10000 |`,
      'account/7/carry | 1500',
      'income/service-fee | 100',
      'supply/3/transit | 8400',
    ],
  ],
  [
    'delivery',
    'the meter has shown it',
    deliveryLines(S, fen(8_400)),
    ['supply/3/transit 8400 |', 'supply/3/credit | 8400'],
  ],
  [
    'consumption',
    'centre mode, with a service fee of its own line',
    consumptionLines(A, fen(1_000), fen(50)),
    ['account/7/balance 1000 |', 'income/energy | 950', 'income/service-fee | 50'],
  ],
  [
    'consumption',
    'late data: less than was posted goes back',
    consumptionLines(A, fen(-300), ZERO_FEN),
    ['account/7/balance | 300', 'income/energy 300 |'],
  ],
  [
    'consumption-metered',
    'the meter has deducted it',
    meteredConsumptionLines(S, fen(700)),
    ['supply/3/credit 700 |', 'income/energy | 700'],
  ],
  [
    'adjustment',
    'owed, and settled by the next sale',
    adjustmentLines(A, fen(250)),
    ['account/7/carry 250 |', 'income/energy | 250'],
  ],
  [
    'adjustment',
    'owed to the tenant',
    adjustmentLines(A, fen(-250)),
    ['account/7/carry | 250', 'income/energy 250 |'],
  ],
  [
    'variance',
    'the meter holds more than was delivered',
    varianceLines(S, fen(500)),
    ['variance/3 500 |', 'supply/3/credit | 500'],
  ],
  [
    'variance',
    'the meter holds less',
    varianceLines(S, fen(-500)),
    ['variance/3 | 500', 'supply/3/credit 500 |'],
  ],
  [
    'refund',
    'of a balance in the centre, out of the till',
    refundLines(A, TILL, fen(900)),
    ['account/7/balance 900 |', `${TILL} | 900`],
  ],
  [
    'reversal',
    'what the sale gave comes back',
    reversalLines(TILL, [
      { path: 'supply/3/transit', fen: fen(8_400) },
      { path: 'account/7/carry', fen: fen(1_600) },
    ]),
    [`${TILL} | 10000`, 'supply/3/transit 8400 |', 'account/7/carry 1600 |'],
  ],
  [
    'reduction',
    'the meter gave it up; it is owed until it is paid',
    reductionLines(S, A, fen(3_000)),
    ['supply/3/credit 3000 |', 'account/7/payable | 3000'],
  ],
  [
    'payout',
    'with its share of the fee, out of the till',
    payoutLines(A, TILL, {
      ...{ takenFen: fen(3_000), feeFen: fen(30), carryFen: ZERO_FEN, paidFen: fen(3_030) },
    }),
    ['account/7/payable 3000 |', 'income/service-fee 30 |', `${TILL} | 3030`],
  ],
  [
    'put-back',
    'unclaimed money goes on its way to a meter again',
    putBackLines(A, 'supply/3/transit', fen(400)),
    ['account/7/payable 400 |', 'supply/3/transit | 400'],
  ],
  [
    'deposit',
    'left with us',
    depositLines(A, TILL, fen(2_000)),
    [`${TILL} 2000 |`, 'deposit/7 | 2000'],
  ],
  [
    'opening-balance',
    'taken over from another system: never in our till',
    openingBalanceLines('account/7/balance', fen(8_880)),
    ['commissioning 8880 |', 'account/7/balance | 8880'],
  ],
  [
    'swap-transfer',
    'what the old meter gave up is on its way to the new one',
    swapTransferLines(A, S, fen(600)),
    ['account/7/payable 600 |', 'supply/3/transit | 600'],
  ],
  [
    'swap-transfer',
    'what the old meter was short of is owed',
    overdraftLines(A, S, fen(80)),
    ['account/7/carry 80 |', 'supply/3/credit | 80'],
  ],
  [
    'dead-meter-claim',
    'out of what it held',
    claim(900, 0),
    ['supply/3/credit 900 |', 'account/7/payable | 900'],
  ],
  [
    'dead-meter-claim',
    'less than was on its way to it: the rest is in the meter, to be posted as used',
    claim(300, 500),
    ['supply/3/transit 500 |', 'supply/3/credit | 200', 'account/7/payable | 300'],
  ],
  [
    'close',
    'a queued purchase comes back',
    close.cancelledLines(S, A, fen(700)),
    ['supply/3/transit 700 |', 'account/7/payable | 700'],
  ],
  [
    'close',
    'a wallet below nothing is owed',
    close.owedInMeterLines(S, A, fen(60)),
    ['account/7/carry 60 |', 'supply/3/credit | 60'],
  ],
  [
    'close',
    'what stays in a meter is found there by whoever opens it next',
    close.leftInMeterLines(S, fen(14)),
    ['supply/3/credit 14 |', 'commissioning | 14'],
  ],
  [
    'close',
    'everything to zero, paid out of the till',
    settled({ payableFen: fen(5_000), depositFen: fen(2_000), carryOwedFen: fen(500) }),
    ['account/7/payable 5000 |', 'deposit/7 2000 |', 'account/7/carry | 500', `${TILL} | 6500`],
  ],
  [
    'close',
    'everything to zero, collected into the till',
    settled({ balanceFen: fen(-400) }),
    ['account/7/balance | 400', `${TILL} 400 |`],
  ],
  [
    'sharing',
    'each bears his share',
    sharingLines([
      { accountId: A, fen: fen(70) },
      { accountId: accountId(8), fen: fen(30) },
    ]),
    ['account/7/carry 70 |', 'account/8/carry 30 |', 'income/sharing | 100'],
  ],
  [
    'waiver',
    'part of what is carried',
    waived(200, { carryFen: 500, balanceFen: 0 }),
    ['waiver 200 |', 'account/7/carry | 200'],
  ],
  [
    'waiver',
    'what is carried first, then what the balance is short of',
    waived(700, { carryFen: 500, balanceFen: 300 }),
    ['waiver 700 |', 'account/7/carry | 500', 'account/7/balance | 200'],
  ],
  [
    'waiver',
    'of a balance alone',
    waived(300, { carryFen: 0, balanceFen: 300 }),
    ['waiver 300 |', 'account/7/balance | 300'],
  ],
  [
    'shift-float',
    'change for the drawer out of the safe',
    shiftFloatLines(SHIFT, fen(20_000)),
    [`${TILL} 20000 |`, 'safe | 20000'],
  ],
  [
    'shift-close',
    'ten fen are missing',
    shiftCloseLines(SHIFT, { expectedFen: fen(5_000), countedFen: fen(4_990) }),
    ['safe 4990 |', 'cash-difference 10 |', `${TILL} | 5000`],
  ],
]

const side = ({ path, fen: amount }: Line): string =>
  amount > 0 ? `${path} ${amount} |` : `${path} | ${-amount}`

describe('the T-accounts of', () => {
  test.each(EVENTS)('%s: %s', (_file, _when, lines, accounts) => {
    expect(lines.map(side)).toEqual(accounts)
    expect(lines.reduce((sum, line) => sum + line.fen, 0)).toBe(0)
    expect(lines.length).toBeGreaterThan(1)
  })

  test('every event there is', async () => {
    const files = await listFolder(new URL('./', import.meta.url))
    const events = files.filter((name) => !name.endsWith('.test.ts'))
    const told = new Set(EVENTS.map(([file]) => `${file}.ts`))
    expect(events.filter((name) => !told.has(name))).toEqual([])
  })
})
