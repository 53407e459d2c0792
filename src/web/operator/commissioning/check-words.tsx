// Words and colours of checks 调试状态: the same in the list, in the guide and on the printed report.

import type { CheckRow, CheckStep } from '../../../http/contract/commissioning.ts'
import { hasText, useText } from '../../text/i18n.ts'
import { Tag, type Tone } from '../../ui/tag.tsx'

const STATE_TONES: Record<CheckRow['state'], Tone> = {
  none: 'plain',
  open: 'busy',
  passed: 'good',
  failed: 'bad',
}
const RESULT_TONES: Record<CheckStep['result'], Tone> = {
  passed: 'good',
  failed: 'bad',
  skipped: 'plain',
  noted: 'busy',
}

export const CheckStateTag = ({ state }: { state: CheckRow['state'] }) => {
  const { say } = useText()
  return <Tag tone={STATE_TONES[state]}>{say(`checkState.${state}`)}</Tag>
}

/** Why, in words; a reason without words shows its code. */
export const useReasonText = () => {
  const { say } = useText()
  return (reason: string): string => {
    const key = `checkReason.${reason}`
    return reason === '' ? '' : hasText(key) ? say(key) : reason
  }
}

/** What is wrong, as it was chosen. */
export const useFaultText = () => {
  const { say } = useText()
  return (reason: string): string => {
    const key = `checkFault.${reason}`
    return hasText(key) ? say(key) : reason
  }
}

export const StepTag = ({ step }: { step: CheckStep | undefined }) => {
  const { say } = useText()
  const reasonText = useReasonText()
  if (!step) return <>—</>
  return (
    <span title={reasonText(step.reason)}>
      <Tag tone={RESULT_TONES[step.result]}>{say(`stepResult.${step.result}`)}</Tag>
    </span>
  )
}

export const stepIn = (
  { steps }: Pick<CheckRow, 'steps'>,
  name: CheckStep['step'],
): CheckStep | undefined => steps.find(({ step }) => step === name)

/** A value of the read step as the meter gave it. */
export const readValue = (row: Pick<CheckRow, 'steps'>, name: string): unknown => {
  const values = stepIn(row, 'read')?.facts.values
  return typeof values === 'object' && values !== null ? Reflect.get(values, name) : null
}
export const numberOf = (row: Pick<CheckRow, 'steps'>, name: string): number | null => {
  const found = readValue(row, name)
  return typeof found === 'number' ? found : null
}
export const textOf = (row: Pick<CheckRow, 'steps'>, name: string): string => {
  const found = readValue(row, name)
  return typeof found === 'string' ? found : ''
}
