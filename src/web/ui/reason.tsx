// Why it did not work 原因: in words where the code is known; an unknown code is shown as it is.

import { hasText, useText } from '../text/i18n.ts'

export const Reason = ({ code }: { code: string }) => {
  const { say } = useText()
  const key = `reason.${code}`
  return <span title={code}>{hasText(key) ? say(key) : code}</span>
}
