// What a draft adds to the energy charge 附加项目: fee, loss share, minimum, power factor, basic
// charge.

import { Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import { Faults } from './faults.tsx'
import type { FeeDraft, PlanDraft } from './plan-draft.ts'
import styles from './plans.module.css'
import { FigureInput } from './price-fields.tsx'

type FeeProps = {
  place: 'serviceFee' | 'lossShare'
  fee: FeeDraft
  onFee: (fee: FeeDraft) => void
}

const FeeRow = ({ place, fee, onFee }: FeeProps) => {
  const { say } = useText()
  const label = say(`plan.part.${place}`)
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>
        <Select
          aria-label={label}
          value={fee.kind}
          onChange={(kind) => onFee({ kind, text: kind === 'none' ? '' : fee.text })}
          options={(['none', 'share', 'perKwh'] as const).map((value) => ({
            value,
            label: say(`plan.fee.${value}`),
          }))}
        />
      </td>
      <td>
        {fee.kind === 'none' ? null : (
          <FigureInput
            place={place}
            label={`${label} ${say(`plan.fee.${fee.kind}`)}`}
            text={fee.text}
            onText={(text) => onFee({ ...fee, text })}
          />
        )}
        <Faults at={place} />
      </td>
    </tr>
  )
}

type DraftProps = { draft: PlanDraft; change: (part: Partial<PlanDraft>) => void }

const BasicRow = ({ draft, change }: DraftProps) => {
  const { say } = useText()
  const { basic } = draft
  return (
    <tr>
      <th scope="row">{say('plan.part.basic')}</th>
      <td>
        <Select
          aria-label={say('plan.part.basic')}
          value={basic.kind}
          onChange={(kind) => change({ basic: { kind, text: kind === 'none' ? '' : basic.text } })}
          options={(['none', 'demand', 'capacity'] as const).map((value) => ({
            value,
            label: say(`plan.basic.${value}`),
          }))}
        />
      </td>
      <td>
        {basic.kind === 'none' ? null : (
          <FigureInput
            place="basic"
            label={say(`plan.basic.${basic.kind}`)}
            text={basic.text}
            onText={(text) => change({ basic: { ...basic, text } })}
          />
        )}
        <Faults at="basic" />
      </td>
    </tr>
  )
}

export const FeeFields = ({ draft, change }: DraftProps) => {
  const { say } = useText()
  return (
    <table className={styles.grid}>
      <tbody>
        <FeeRow
          place="serviceFee"
          fee={draft.serviceFee}
          onFee={(serviceFee) => change({ serviceFee })}
        />
        <FeeRow
          place="lossShare"
          fee={draft.lossShare}
          onFee={(lossShare) => change({ lossShare })}
        />
        <tr>
          <th scope="row">{say('plan.part.minimumFen')}</th>
          <td>{say('plan.perMonthYuan')}</td>
          <td>
            <FigureInput
              place="minimumFen"
              label={say('plan.part.minimumFen')}
              text={draft.minimum}
              onText={(minimum) => change({ minimum })}
            />
            <Faults at="minimumFen" />
          </td>
        </tr>
        <tr>
          <th scope="row">{say('plan.part.powerFactor')}</th>
          <td>
            <Select
              aria-label={say('plan.part.powerFactor')}
              value={draft.powerFactor}
              onChange={(powerFactor) => change({ powerFactor })}
              options={(['none', '90', '85', '80'] as const).map((value) => ({
                value,
                label: value === 'none' ? say('plan.fee.none') : `0.${value}`,
              }))}
            />
          </td>
          <td>
            <Faults at="powerFactor" />
          </td>
        </tr>
        <BasicRow draft={draft} change={change} />
      </tbody>
    </table>
  )
}
