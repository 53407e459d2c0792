// Prices of a draft with what they are made of 单价与构成; a period without a price is one the plan
// does not have.

import { Input } from 'antd'
import type { Period } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { useStatus } from './faults.tsx'
import { COMPONENTS, PERIODS, type PlanDraft, type PriceDraft } from './plan-draft.ts'
import styles from './plans.module.css'

type FigureProps = {
  place: string
  label: string
  text: string
  onText: (text: string) => void
}

export const FigureInput = ({ place, label, text, onText }: FigureProps) => {
  const status = useStatus(place, text)
  return (
    <Input
      aria-label={label}
      aria-invalid={status === 'error'}
      data-place={place}
      className={styles.figureInput}
      value={text}
      status={status}
      inputMode="decimal"
      autoComplete="off"
      onChange={(event) => onText(event.target.value)}
    />
  )
}

type RowProps = {
  period: Period | null
  price: PriceDraft
  onPrice: (price: PriceDraft) => void
}

const Row = ({ period, price, onPrice }: RowProps) => {
  const { say } = useText()
  const path = period === null ? '' : `prices.${period}.`
  const name = say(period === null ? 'period.none' : `period.${period}`)
  return (
    <tr>
      <th scope="row">
        <span className={styles.periodName}>
          <i data-period={period ?? 'none'} aria-hidden /> {name}
        </span>
      </th>
      <td>
        <FigureInput
          place={`${path}priceE8`}
          label={`${name} ${say('plan.priceYuan')}`}
          text={price.price}
          onText={(text) => onPrice({ ...price, price: text })}
        />
      </td>
      {COMPONENTS.map((part) => (
        <td key={part}>
          <FigureInput
            place={`${path}components.${part}`}
            label={`${name} ${say(`plan.part.${part}`)}`}
            text={price.components[part]}
            onText={(text) =>
              onPrice({ ...price, components: { ...price.components, [part]: text } })
            }
          />
        </td>
      ))}
    </tr>
  )
}

type DraftProps = { draft: PlanDraft; change: (part: Partial<PlanDraft>) => void }

export const PriceFields = ({ draft, change }: DraftProps) => {
  const { say } = useText()
  return (
    <table className={styles.grid}>
      <thead>
        <tr>
          <th scope="col">{say('plan.period')}</th>
          <th scope="col">{say('plan.priceYuan')}</th>
          {COMPONENTS.map((part) => (
            <th key={part} scope="col">
              {say(`plan.part.${part}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {draft.kind === 'flat' ? (
          <Row period={null} price={draft.flat} onPrice={(flat) => change({ flat })} />
        ) : (
          PERIODS.map((period) => (
            <Row
              key={period}
              period={period}
              price={draft.prices[period]}
              onPrice={(price) => change({ prices: { ...draft.prices, [period]: price } })}
            />
          ))
        )}
      </tbody>
    </table>
  )
}
