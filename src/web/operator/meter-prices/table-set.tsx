// One set of tables as a meter holds it 一套时段与费率: which day table from which day of the year on,
// each as a band, and its tiers.

import type { MeterTableSet } from '../../../http/contract/meter-prices.ts'
import { useText } from '../../text/i18n.ts'
import { kwhText, priceText } from '../../ui/money-text.ts'
import { Facts } from '../../ui/page.tsx'
import { piecesOf } from '../plans/bands.ts'
import { DayBand } from '../plans/day-band.tsx'
import { PERIODS } from '../plans/plan-draft.ts'
import styles from '../plans/plans.module.css'

const E8_PER_E4 = 10_000

const priceE4Text = (priceE4: number): string => priceText(priceE4 * E8_PER_E4)

/** Rate 1 is sharp … 5 deep valley; a meter's rates above that have no name of ours. */
const periodOf = (rate: number) => PERIODS[rate - 1]

/** What each tier adds, from its limit on; the first begins at 0. */
const tiersText = ({ addE4, limitsWh }: NonNullable<MeterTableSet['tiers']>): string =>
  limitsWh.length === 0
    ? ''
    : addE4
        .map((add, index) => `> ${kwhText(limitsWh[index - 1] ?? 0)} kWh + ${priceE4Text(add)}`)
        .join(', ')

export const TableSet = ({ label, set }: { label: string; set: MeterTableSet }) => {
  const { say } = useText()
  const priceOf = (period: (typeof PERIODS)[number]) => {
    const priceE4 = set.pricesE4[PERIODS.indexOf(period)]
    return priceE4 === undefined ? null : priceE4 * E8_PER_E4
  }
  return (
    <>
      <Facts
        rows={[
          [
            say('plan.prices'),
            set.pricesE4
              .map((priceE4, index) => {
                const period = periodOf(index + 1)
                const name = period ? say(`period.${period}`) : String(index + 1)
                return `${name} ${priceE4Text(priceE4)}`
              })
              .join(' · '),
          ],
          [
            say('meterPrices.zones'),
            set.zones.map(({ from, dayTable }) => `${from} → ${dayTable}`).join(', ') || '—',
          ],
          set.tiers === null ? null : [say('plan.part.tiers'), tiersText(set.tiers) || '—'],
        ]}
      />
      {set.dayTables.map((table, index) => {
        const name = say('meterPrices.dayTable', { n: index + 1 })
        const switches = table.flatMap(({ from, rate }) => {
          const period = periodOf(rate)
          return period ? [{ at: from, period }] : []
        })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a day table is its number.
          <div key={index} className={styles.dayRow}>
            <span>{name}</span>
            <DayBand label={`${label} ${name}`} pieces={piecesOf(switches, priceOf)} />
          </div>
        )
      })}
    </>
  )
}
