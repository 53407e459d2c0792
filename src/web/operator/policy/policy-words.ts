// Words for what the policy decided 策略用语; a code nobody knows is shown as it is.

import { hasText, type Say } from '../../text/i18n.ts'

export const policyWords = (say: Say, kind: 'reason' | 'change' | 'why', code: string): string => {
  const key = `policy.${kind}.${code}`
  return hasText(key) ? say(key) : code
}
