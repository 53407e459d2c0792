// How money is paid or paid back 付款方式.

import { Radio } from 'antd'
import { useText } from '../text/i18n.ts'
import { METHODS, type Method } from './methods.ts'

type MethodChoiceProps = {
  id?: string
  value: Method
  disabled?: boolean
  onChoose: (method: Method) => void
}

export const MethodChoice = ({ id, value, disabled, onChoose }: MethodChoiceProps) => {
  const { say } = useText()
  return (
    <Radio.Group
      id={id}
      aria-label={say('sale.method')}
      value={value}
      disabled={disabled}
      onChange={(event) => onChoose(event.target.value)}
      options={METHODS.map((method) => ({ value: method, label: say(`method.${method}`) }))}
    />
  )
}
