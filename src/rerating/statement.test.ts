import { expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { instant } from '../shared/clock.ts'
import type { EnergyLine, Line } from '../tariff/lines.ts'
import { statementLines } from './statement.ts'

const energy = (of: Partial<EnergyLine>): EnergyLine => ({
  ...{ kind: 'energy', planId: 1, version: 1, period: null, tier: 1, energyWh: 1_000 },
  ...{ priceE8: 100_000_000, fen: fen(100), from: instant(0), until: instant(1) },
  ...{ by: ['interval'], estimatedWh: 0 },
  ...of,
})
const minimum: Line = {
  ...{ kind: 'minimum', planId: 1, version: 1, fen: fen(50), minimumFen: 150 },
  ...{ reachedFen: fen(100), days: 31, ofDays: 31 },
}

test('the same line of another version is one line with both prices', () => {
  const after = energy({ version: 2, priceE8: 120_000_000, fen: fen(120) })
  expect(statementLines([energy({})], [after])).toEqual([
    {
      ...{ kind: 'energy', period: null, tier: 1 },
      ...{ beforeWh: 1_000, beforeE8: 100_000_000, beforeFen: 100 },
      ...{ afterWh: 1_000, afterE8: 120_000_000, afterFen: 120, differenceFen: 20 },
    },
  ])
})
test('several prices of one period are told by none', () => {
  const before = [energy({}), energy({ version: 2, priceE8: 90_000_000, fen: fen(90) })]
  expect(statementLines(before, before)).toMatchObject([
    { beforeWh: 2_000, beforeE8: null, beforeFen: 190, differenceFen: 0 },
  ])
})
test('a line that is gone, or came, is shown against nothing', () => {
  const lines = statementLines([energy({}), minimum], [energy({ fen: fen(200) })])
  expect(lines).toMatchObject([
    { kind: 'energy', differenceFen: 100 },
    { kind: 'minimum', period: null, beforeFen: 50, afterFen: 0, differenceFen: -50 },
  ])
})
