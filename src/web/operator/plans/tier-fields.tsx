// Tiers of a draft 阶梯: above how many kWh of the month or year each kWh costs how much more.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Radio } from 'antd'
import { useText } from '../../text/i18n.ts'
import { replaced, without } from '../../ui/lists.ts'
import { Faults } from './faults.tsx'
import { newKey, type TiersDraft } from './plan-draft.ts'
import styles from './plans.module.css'
import { FigureInput } from './price-fields.tsx'

const NEW_TIERS: TiersDraft = {
  counts: 'month',
  of: 'supply',
  midYear: 'prorated',
  crossing: 'inOrder',
  steps: [{ key: 0, above: '', add: '' }],
}

type TiersProps = { tiers: TiersDraft; onTiers: (tiers: TiersDraft) => void }

const Choices = ({ tiers, onTiers }: TiersProps) => {
  const { say } = useText()
  return (
    <div className={styles.seasonHead}>
      <Radio.Group
        aria-label={say('plan.part.counts')}
        value={tiers.counts}
        onChange={({ target }) => onTiers({ ...tiers, counts: target.value })}
        options={(['month', 'year'] as const).map((value) => ({
          value,
          label: say(`plan.counts.${value}`),
        }))}
      />
      <Radio.Group
        aria-label={say('plan.part.of')}
        value={tiers.of}
        onChange={({ target }) => onTiers({ ...tiers, of: target.value })}
        options={(['supply', 'account'] as const).map((value) => ({
          value,
          label: say(`plan.of.${value}`),
        }))}
      />
      {tiers.counts === 'year' ? (
        <Radio.Group
          aria-label={say('plan.part.midYear')}
          value={tiers.midYear}
          onChange={({ target }) => onTiers({ ...tiers, midYear: target.value })}
          options={(['prorated', 'whole'] as const).map((value) => ({
            value,
            label: say(`plan.midYear.${value}`),
          }))}
        />
      ) : null}
      <Radio.Group
        aria-label={say('plan.part.crossing')}
        value={tiers.crossing}
        onChange={({ target }) => onTiers({ ...tiers, crossing: target.value })}
        options={(['inOrder', 'byShare'] as const).map((value) => ({
          value,
          label: say(`plan.crossing.${value}`),
        }))}
      />
    </div>
  )
}

const Steps = ({ tiers, onTiers }: TiersProps) => {
  const { say } = useText()
  const { steps } = tiers
  const set = (next: TiersDraft['steps']) => onTiers({ ...tiers, steps: next })
  return (
    <table className={styles.grid}>
      <thead>
        <tr>
          <th scope="col">{say('plan.tier')}</th>
          <th scope="col">{say('plan.aboveKwh')}</th>
          <th scope="col">{say('plan.addYuan')}</th>
          <th scope="col">{say('reduction.act')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">1</th>
          <td>0</td>
          <td>0</td>
          <td>—</td>
        </tr>
        {steps.map((step, index) => (
          <tr key={step.key}>
            <th scope="row">{index + 2}</th>
            <td>
              <FigureInput
                place={`tiers.steps.${index}`}
                label={`${say('plan.aboveKwh')} ${index + 2}`}
                text={step.above}
                onText={(above) => set(replaced(steps, index, { ...step, above }))}
              />
            </td>
            <td>
              <FigureInput
                place={`tiers.steps.${index}`}
                label={`${say('plan.addYuan')} ${index + 2}`}
                text={step.add}
                onText={(add) => set(replaced(steps, index, { ...step, add }))}
              />
            </td>
            <td>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={say('plan.tierRemove', { n: index + 2 })}
                onClick={() => set(without(steps, index))}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type TierFieldsProps = {
  tiers: TiersDraft | null
  onTiers: (tiers: TiersDraft | null) => void
}

export const TierFields = ({ tiers, onTiers }: TierFieldsProps) => {
  const { say } = useText()
  return (
    <>
      <Checkbox
        checked={tiers !== null}
        onChange={({ target }) => onTiers(target.checked ? NEW_TIERS : null)}
      >
        {say('plan.hasTiers')}
      </Checkbox>
      {tiers ? (
        <>
          <Choices tiers={tiers} onTiers={onTiers} />
          <Steps tiers={tiers} onTiers={onTiers} />
          <div>
            <Button
              icon={<PlusOutlined />}
              onClick={() =>
                onTiers({
                  ...tiers,
                  steps: [...tiers.steps, { key: newKey(), above: '', add: '' }],
                })
              }
            >
              {say('plan.tierAdd')}
            </Button>
          </div>
          <Faults at="tiers" />
        </>
      ) : null}
    </>
  )
}
