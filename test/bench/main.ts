// `npm run bench -- NAME`: figures of the product, measured on the product.

import { benchBatch } from './batch.ts'
import { benchBoard } from './board.ts'
import { benchDaycut } from './daycut.ts'
import { benchImports } from './imports.ts'
import { benchIngest } from './ingest.ts'
import { benchLedger } from './ledger.ts'
import { benchMonth } from './month.ts'
import { benchPoll } from './poll.ts'
import { benchEveryDay, benchLimit } from './poll-buses.ts'
import { benchRivals } from './poll-rivals.ts'
import { benchPrice } from './price.ts'
import { benchRegisterImport } from './register-import.ts'
import { benchRerate } from './rerate.ts'
import { benchStart } from './start.ts'

const BENCHES: Record<string, () => Promise<string>> = {
  batch: benchBatch,
  board: () => benchBoard(process.argv[3]),
  daycut: benchDaycut,
  start: benchStart,
  ingest: benchIngest,
  imports: benchImports,
  registers: benchRegisterImport,
  ledger: benchLedger,
  price: benchPrice,
  rerate: benchRerate,
  month: benchMonth,
  poll: benchPoll,
  'poll-rivals': benchRivals,
  'poll-limit': benchLimit,
  'poll-days': benchEveryDay,
}

const name = process.argv[2] ?? ''
const bench = BENCHES[name]
if (bench) process.stdout.write(`${await bench()}\n`)
else process.stdout.write(`npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`)
process.exitCode = bench ? 0 : 2
