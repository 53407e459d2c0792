// The settings that a complex has and a supply may have otherwise 供电策略设置.

import { Checkbox, Form, Radio } from 'antd'
import { useText } from '../../text/i18n.ts'
import { type FieldsProps, RmbField, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import styles from './policy.module.css'
import type { SupplyDraft } from './policy-data.ts'
import { WeekHours } from './week-hours.tsx'

type Props = FieldsProps<SupplyDraft> & {
  /** So that two forms on one page have ids of their own. */
  prefix: string
}

const OverloadActs = ({ fields, change }: FieldsProps<SupplyDraft>) => {
  const { say } = useText()
  return (
    <>
      <Form.Item>
        <Checkbox
          checked={fields.centreTrips}
          onChange={({ target }) => change({ centreTrips: target.checked })}
        >
          {say('policy.centreTrips')}
        </Checkbox>
      </Form.Item>
      <Form.Item label={say('policy.recovery')}>
        <Radio.Group
          className={layout.choices}
          value={fields.recovery}
          onChange={({ target }) => change({ recovery: target.value })}
          options={(['operator', 'automatic'] as const).map((value) => ({
            value,
            label: say(`policy.recovery.${value}`),
          }))}
        />
      </Form.Item>
    </>
  )
}

const Overload = ({ fields, change, prefix }: Props) => {
  const { say } = useText()
  const watches = fields.overloadW.trim() !== ''
  const isAutomatic = watches && fields.recovery === 'automatic'
  return (
    <>
      <h3 className={layout.heading}>{say('policy.part.overload')}</h3>
      <div className={styles.fields}>
        <TextField
          id={`${prefix}-overload`}
          label={say('policy.overloadW')}
          text={fields.overloadW}
          hint={say('policy.overloadHint')}
          onText={(overloadW) => change({ overloadW })}
        />
        {watches ? (
          <TextField
            id={`${prefix}-overload-delay`}
            label={say('policy.overloadDelay')}
            text={fields.overloadDelay}
            onText={(overloadDelay) => change({ overloadDelay })}
          />
        ) : null}
      </div>
      {watches ? <OverloadActs fields={fields} change={change} /> : null}
      {isAutomatic ? (
        <div className={styles.fields}>
          <TextField
            id={`${prefix}-wait`}
            label={say('policy.wait')}
            text={fields.wait}
            onText={(wait) => change({ wait })}
          />
          <TextField
            id={`${prefix}-tries`}
            label={say('policy.tries')}
            text={fields.tries}
            onText={(tries) => change({ tries })}
          />
        </div>
      ) : null}
    </>
  )
}

const NIGHT = '00:00-08:00, 22:00-24:00'

const Windows = ({ fields, change }: Props) => {
  const { say } = useText()
  return (
    <Form.Item label={say('policy.noTrip')} extra={say('policy.noTripHint')}>
      <div className={layout.stack}>
        <div className={layout.line}>
          <Checkbox
            checked={fields.weekends}
            onChange={({ target }) => change({ weekends: target.checked })}
          >
            {say('policy.weekends')}
          </Checkbox>
          <Checkbox
            checked={fields.holidays}
            onChange={({ target }) => change({ holidays: target.checked })}
          >
            {say('policy.holidays')}
          </Checkbox>
          <Checkbox
            checked={fields.week.every((text) => text === NIGHT)}
            onChange={({ target }) =>
              change({ week: fields.week.map(() => (target.checked ? NIGHT : '')) })
            }
          >
            {say('policy.nights')}
          </Checkbox>
        </div>
        <WeekHours week={fields.week} onWeek={(week) => change({ week })} />
      </div>
    </Form.Item>
  )
}

export const SupplyFields = ({ fields, change, prefix }: Props) => {
  const { say } = useText()
  return (
    <>
      <h3 className={layout.heading}>{say('policy.part.arrears')}</h3>
      <Form.Item>
        <Checkbox
          checked={fields.trips}
          onChange={({ target }) => change({ trips: target.checked })}
        >
          {say('policy.trips')}
        </Checkbox>
      </Form.Item>
      <div className={styles.fields}>
        <TextField
          id={`${prefix}-delay`}
          label={say('policy.delay')}
          text={fields.delay}
          hint={say('policy.delayHint')}
          onText={(delay) => change({ delay })}
        />
        <RmbField
          id={`${prefix}-grace`}
          label={say('policy.grace')}
          text={fields.grace}
          hint={say('policy.graceHint')}
          onText={(grace) => change({ grace })}
        />
      </div>
      <Windows fields={fields} change={change} prefix={prefix} />
      <Overload fields={fields} change={change} prefix={prefix} />
    </>
  )
}
