// Why something is set as it is 原因: asked wherever the answer is kept beside what was set.

import { useText } from '../text/i18n.ts'
import { TextField } from './form.tsx'

/** As long as the server takes. */
const LENGTH_MAX = 500

type Props = { id: string; text: string; onText: (text: string) => void }

export const WhyField = ({ id, text, onText }: Props) => {
  const { say } = useText()
  return (
    <TextField
      id={id}
      label={say('policy.why')}
      text={text}
      maxLength={LENGTH_MAX}
      onText={onText}
    />
  )
}
