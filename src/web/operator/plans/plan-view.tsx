// A definition as it is read 方案内容: prices with what they are made of, the year, each day as a band,
// tiers and all that is added.

import type { Fee, PlanDefinition, Season, Tiers } from '../../../http/contract/plans.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { priceText, typedPercent } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { daysNamed, piecesOfTable } from './bands.ts'
import { DayBand, periodName } from './day-band.tsx'
import { COMPONENTS, DAY_TYPES, PERIODS } from './plan-draft.ts'
import styles from './plans.module.css'
import { YearBand } from './year-band.tsx'

type PriceRow = {
  period: (typeof PERIODS)[number] | null
  price: { priceE8: number; components?: Partial<Record<(typeof COMPONENTS)[number], number>> }
}

const rowsOf = (plan: PlanDefinition): PriceRow[] =>
  plan.kind === 'flat'
    ? [{ period: null, price: plan }]
    : PERIODS.flatMap((period) => {
        const price = plan.prices[period]
        return price ? [{ period, price }] : []
      })

const Prices = ({ plan }: { plan: PlanDefinition }) => {
  const { say } = useText()
  const rows = rowsOf(plan)
  const parts = COMPONENTS.filter((part) =>
    rows.some(({ price }) => price.components?.[part] !== undefined),
  )
  return (
    <DataTable<PriceRow>
      label={say('plan.prices')}
      rows={rows}
      rowKey={({ period }) => period ?? 'all'}
      emptyText={say('plan.noPrices')}
      columns={[
        {
          key: 'period',
          title: say('plan.period'),
          render: ({ period }) => (
            <span className={styles.periodName}>
              <i data-period={period ?? 'none'} aria-hidden /> {periodName(period, say)}
            </span>
          ),
        },
        {
          key: 'price',
          title: say('plan.priceYuan'),
          align: 'right',
          render: ({ price }) => (
            <b>
              <Price e8={price.priceE8} />
            </b>
          ),
        },
        ...parts.map((part) => ({
          key: part,
          title: say(`plan.part.${part}`),
          align: 'right' as const,
          render: ({ price }: PriceRow) => <Price e8={price.components?.[part] ?? null} />,
        })),
      ]}
    />
  )
}

const SeasonDays = ({ plan, season }: { plan: PlanDefinition; season: Season }) => {
  const { say } = useText()
  const priceOf = (period: (typeof PERIODS)[number]) =>
    plan.kind === 'timeOfUse' ? (plan.prices[period]?.priceE8 ?? null) : null
  return DAY_TYPES.map((type) => {
    const table = season.days[type]
    if (!table) return null
    const name = say(`dayType.${daysNamed(season.days, type)}`)
    return (
      <div key={type} className={styles.dayRow}>
        <span>{name}</span>
        <DayBand label={name} pieces={piecesOfTable(table, priceOf)} />
      </div>
    )
  })
}

const Seasons = ({ plan }: { plan: PlanDefinition }) => {
  const { language } = useText()
  if (plan.kind !== 'timeOfUse') return null
  return (
    <>
      {plan.seasons.length > 1 ? <YearBand seasons={plan.seasons} /> : null}
      {plan.seasons.map((season) => (
        <section key={season.name}>
          <h3 className={styles.seasonName}>
            <Name>{(language === 'en' && season.nameEn) || season.name}</Name>{' '}
            <small>{season.ranges.map(({ from, to }) => `${from} – ${to}`).join(', ')}</small>
          </h3>
          <SeasonDays plan={plan} season={season} />
        </section>
      ))}
    </>
  )
}

const TierTable = ({ tiers }: { tiers: Tiers }) => {
  const { say } = useText()
  const steps = [{ aboveWh: 0, addE8: 0 }, ...tiers.steps]
  return (
    <>
      <p className={styles.note}>
        {say('plan.part.tiers')}: {say(`plan.counts.${tiers.counts}`)} ·{' '}
        {say(`plan.of.${tiers.of}`)} ·{' '}
        {tiers.counts === 'year' ? `${say(`plan.midYear.${tiers.midYear}`)} · ` : ''}
        {say(`plan.crossing.${tiers.crossing}`)}
      </p>
      <DataTable
        label={say('plan.part.tiers')}
        rows={steps.map((step, index) => ({ ...step, tier: index + 1 }))}
        rowKey={(step) => step.tier}
        emptyText={say('plan.noPrices')}
        columns={[
          { key: 'tier', title: say('plan.tier'), render: (s) => s.tier },
          {
            key: 'above',
            title: say('plan.above'),
            align: 'right',
            render: (s) => <Energy wh={s.aboveWh} />,
          },
          {
            key: 'add',
            title: say('plan.addYuan'),
            align: 'right',
            render: (s) => <Price e8={s.addE8} />,
          },
        ]}
      />
    </>
  )
}

const feeText = (fee: Fee, say: Say): string =>
  fee.kind === 'share'
    ? say('plan.feeShare', { share: typedPercent(fee.rateE6) })
    : say('plan.feePerKwh', { price: priceText(fee.addE8) })

const basicText = (basic: NonNullable<PlanDefinition['basic']>, say: Say): string =>
  basic.kind === 'demand'
    ? say('plan.perKw', { price: priceText(basic.perKwE8) })
    : say('plan.perKva', { price: priceText(basic.perKvaE8) })

const Extras = ({ plan }: { plan: PlanDefinition }) => {
  const { say } = useText()
  const { serviceFee, lossShare, minimumFen, powerFactor, basic } = plan
  return (
    <Facts
      rows={[
        serviceFee ? [say('plan.part.serviceFee'), feeText(serviceFee, say)] : null,
        lossShare ? [say('plan.part.lossShare'), feeText(lossShare, say)] : null,
        minimumFen === undefined
          ? null
          : [say('plan.part.minimumFen'), <Money key="m" fen={minimumFen} unit />],
        powerFactor ? [say('plan.part.powerFactor'), `0.${powerFactor.standard}`] : null,
        basic ? [say('plan.part.basic'), basicText(basic, say)] : null,
      ]}
    />
  )
}

export const PlanView = ({ plan }: { plan: PlanDefinition }) => (
  <div className={styles.view}>
    <Prices plan={plan} />
    <Seasons plan={plan} />
    {plan.tiers ? <TierTable tiers={plan.tiers} /> : null}
    <Extras plan={plan} />
  </div>
)
