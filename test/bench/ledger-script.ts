// The statements of a sale for pgbench 售电语句: recorded as the product sends them, with every value
// that differs from sale to sale made a variable, so that the work of a client is not measured.

import type { Db, Tx } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import { type Instant, sqlTime } from '../../src/shared/clock.ts'
import { type LedgerWorld, METERS, sellOne } from './ledger-world.ts'

type Sent = { sql: string; params: readonly unknown[]; rows: readonly unknown[]; now: Instant }

// The sale that is recorded: its numbers stand for nothing else in any statement.
const COMPLEX = 7
const ACCOUNT_NO = 457
const ACCOUNT = (COMPLEX - 1) * METERS + ACCOUNT_NO
const CLERK = 13
const LANE = 11
const AMOUNT_FEN = 77_731
const AMOUNT_FEN_MAX = 100_000
const SALES_BEFORE = 22

const recordingDb = (db: Db, sent: Sent[]): Db => ({
  close: () => db.close(),
  as: (scope, run, kind) =>
    db.as(
      scope,
      (tx) => {
        const keep = async <Row>(sql: string, params: readonly unknown[], rows: Promise<Row[]>) => {
          const entry: Sent = { sql, params, rows: [], now: tx.now }
          sent.push(entry)
          const answer = await rows
          entry.rows = answer
          return answer
        }
        const recorded: Tx = {
          ...tx,
          lane: LANE,
          query: (sql, params = [], plan) => keep(sql, params, tx.query(sql, params, plan)),
          last: (sql, params) => keep(sql, params, tx.last(sql, params)),
        }
        return run(recorded)
      },
      kind,
    ),
})

const hasShift = (row: unknown): row is { id: string } =>
  typeof row === 'object' && row !== null && 'id' in row && 'counted' in row

/** What stands for a number, or for a piece of a text, as SQL with variables of pgbench. */
type Variables = { numbers: ReadonlyMap<number, string>; texts: ReadonlyMap<string, string> }

// Everything after a colon is a variable to pgbench, also inside quotes.
const literal = (text: string): string =>
  `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`

const textExpression = (text: string, { texts }: Variables): string => {
  const whole = texts.get(text)
  if (whole !== undefined) return whole
  const pieces = text.split(new RegExp(`(${[...texts.keys()].join('|')})`)).filter(Boolean)
  if (pieces.length <= 1) return literal(text)
  const parts = pieces.map((piece) => {
    const variable = texts.get(piece)
    return variable === undefined ? literal(piece) : `${variable}::text`
  })
  return `(${parts.join(' || ')})`
}

const expression = (value: unknown, variables: Variables): string => {
  if (value === null || value === undefined) return 'null'
  if (Buffer.isBuffer(value)) return literal(`\\x${value.toString('hex')}`)
  if (Array.isArray(value)) {
    if (value.length === 0) return "'{}'"
    return `array[${value.map((each) => expression(each, variables)).join(', ')}]`
  }
  if (typeof value === 'number') {
    const known = variables.numbers.get(Math.abs(value))
    if (known === undefined) return String(value)
    return value < 0 ? `-(${known})` : known
  }
  return textExpression(String(value), variables)
}

/** A text that is put together is a text to the server, where a parameter would be any type. */
const typed = (written: string, value: unknown, before: string): string => {
  const json = typeof value === 'string' && /^[{[]/.test(value)
  return json && written.startsWith('(') && !before.endsWith('convert_to(')
    ? `${written}::jsonb`
    : written
}

const statementOf = ({ sql, params }: Sent, variables: Variables): string =>
  sql
    .replaceAll(/\$(\d+)/g, (_, n: string, at: number) => {
      const value = params[Number(n) - 1]
      return typed(expression(value, variables), value, sql.slice(0, at))
    })
    .trim()

const variablesOf = (sent: readonly Sent[], made: readonly string[]): Variables => {
  const { now } = must(sent[0], 'a sale asks something')
  const shift = must(sent.flatMap(({ rows }) => rows).find(hasShift), 'the clerk has a shift')
  return {
    numbers: new Map([
      [COMPLEX, ':complex::integer'],
      [ACCOUNT, ':account::integer'],
      [CLERK, ':clerk::integer'],
      [LANE, ':lane::integer'],
      [AMOUNT_FEN, ':amount::integer'],
      [SALES_BEFORE + 1, '(:m_lastPurchaseNo::integer + 1)'],
    ]),
    texts: new Map([
      ...made.map((id, n) => [id, `:u${n}`] as const),
      [shift.id, ':s_id'],
      [sqlTime(now) ?? '', 'to_timestamp(:at_ms / 1000.0)'],
      [String(now), ':at_ms'],
      [String(AMOUNT_FEN), ':amount'],
      [String(ACCOUNT), ':account'],
      [`"operator":${CLERK}`, `(${literal('"operator":')} || :clerk)`],
    ]),
  }
}

const head = (made: number): string[] => [
  '\\set complex random(1, :complexes)',
  `\\set account (:complex - 1) * ${METERS} + random(1, ${METERS})`,
  '\\set clerk :client_id + 1',
  '\\set lane random(0, 15)',
  `\\set amount random(1, ${AMOUNT_FEN_MAX})`,
  'begin;',
  `select set_config('prewatt.scope', '{' || :complex || '}', true),
    set_config('prewatt.buildings', '*', true),
    (extract(epoch from now()) * 1000)::bigint as at_ms,
    ${Array.from({ length: made }, (_, n) => `uuidv7() as u${n}`).join(', ')} \\gset`,
]

/** What is read gives the variables; what is written travels together, the last with the commit. */
const script = (sent: readonly Sent[], made: readonly string[]): string => {
  const variables = variablesOf(sent, made)
  const lines = head(made.length)
  const isWrite = ({ sql }: Sent) => sql.includes('insert into')
  for (const each of sent.filter((each) => !isWrite(each))) {
    const prefix = each.rows.some(hasShift)
      ? 's_'
      : each.sql.includes('"lastPurchaseNo"')
        ? 'm_'
        : null
    lines.push(`${statementOf(each, variables)}${prefix === null ? ';' : ` \\gset ${prefix}`}`)
  }
  const writes = sent.filter(isWrite).map((each) => `${statementOf(each, variables)};`)
  const pipeline = (some: readonly string[]) => ['\\startpipeline', ...some, '\\endpipeline']
  lines.push(...pipeline(writes.slice(0, -1)), ...pipeline([...writes.slice(-1), 'commit;']))
  return `${lines.join('\n')}\n`
}

/** The script of one sale; the variable `complexes` says how many complexes sell. */
export const saleScript = async (world: LedgerWorld): Promise<string> => {
  const sale = { complex: COMPLEX - 1, account: ACCOUNT_NO - 1, clerk: CLERK - 1 }
  for (let n = 1; n <= SALES_BEFORE; n++) await sellOne(world.db, world, { ...sale, amountFen: n })
  const sent: Sent[] = []
  const made: string[] = []
  const recorded = recordingDb(world.db, sent)
  await sellOne(recorded, world, { ...sale, amountFen: AMOUNT_FEN }, (id) => made.push(id))
  return script(sent, made)
}
