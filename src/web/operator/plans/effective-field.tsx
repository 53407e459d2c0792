// From which day something counts 生效日期; a day that has passed is allowed and said aloud.

import { Alert, Form } from 'antd'
import { useText } from '../../text/i18n.ts'
import { PeriodInput } from '../../ui/period-input.tsx'

type EffectiveFieldProps = {
  id: string
  day: string
  onDay: (day: string) => void
  today: string
}

export const EffectiveField = ({ id, day, onDay, today }: EffectiveFieldProps) => {
  const { say } = useText()
  return (
    <Form.Item label={say('plan.effectiveDay')} htmlFor={id} extra={say('plan.effectiveHint')}>
      <PeriodInput id={id} kind="day" value={day} onValue={onDay} />
      {day !== '' && day < today ? (
        <Alert type="warning" showIcon title={say('plan.backdatedText')} />
      ) : null}
    </Form.Item>
  )
}
