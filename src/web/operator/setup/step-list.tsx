// The steps of the first set-up 步骤: which are done by what there is, and where one is.

import { Steps } from 'antd'
import { useText } from '../../text/i18n.ts'
import { isDone, type Progress, STEPS, type Step } from './steps.ts'

type Props = {
  step: Step
  progress: Progress | null
  /** Null: no other step can be opened yet. */
  onStep: ((step: Step) => void) | null
}

export const StepList = ({ step, progress, onStep }: Props) => {
  const { say } = useText()
  return (
    <Steps
      current={STEPS.indexOf(step)}
      onChange={
        onStep === null
          ? undefined
          : (index) => {
              const next = STEPS[index]
              if (next) onStep(next)
            }
      }
      items={STEPS.map((each) => {
        const done = progress !== null && isDone(each, progress)
        const other = each === 'end' ? undefined : say(done ? 'setup.done' : 'setup.todo')
        return {
          title: say(`setup.step.${each}`),
          content: progress === null ? undefined : other,
          status: each === step ? 'process' : done ? 'finish' : 'wait',
        }
      })}
    />
  )
}
