// The reason of a mode 控制原因: chosen from a list with words of one's own, and shown again in the
// language of who looks.

import { Form, Select } from 'antd'
import type { ModeReason } from '../../../http/contract/mode-reasons.ts'
import { useText } from '../../text/i18n.ts'
import { TextField } from '../../ui/form.tsx'
import { Name } from '../../ui/name.tsx'
import { REASONS_OFFERED, type ReasonGiven } from './mode-reasons.ts'

const WORDS_MAX = 200

type ModeReasonFieldsProps = {
  mode: keyof typeof REASONS_OFFERED
  given: ReasonGiven
  onGive: (given: ReasonGiven) => void
}

export const ModeReasonFields = ({ mode, given, onGive }: ModeReasonFieldsProps) => {
  const { say } = useText()
  return (
    <>
      <Form.Item label={say('mode.reason')} htmlFor="mode-reason">
        <Select
          id="mode-reason"
          autoFocus
          value={given.code}
          onChange={(code) => onGive({ ...given, code })}
          options={REASONS_OFFERED[mode].map((value) => ({
            value,
            label: say(`modeReason.${value}`),
          }))}
        />
      </Form.Item>
      <TextField
        id="mode-words"
        label={say(given.code === 'other' ? 'mode.wordsNeeded' : 'mode.words')}
        text={given.words}
        onText={(words) => onGive({ ...given, words })}
        maxLength={WORDS_MAX}
      />
    </>
  )
}

export const ModeReasonWords = ({ reason: { code, note } }: { reason: ModeReason }) => {
  const { say } = useText()
  return (
    <span>
      {code === 'other' ? null : say(`modeReason.${code}`)} <Name>{note}</Name>
    </span>
  )
}
