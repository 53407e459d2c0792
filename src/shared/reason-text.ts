// A reason kept in one text 原因文本: its code from a closed list, then what was said besides; a report
// groups by what stands before the colon. Words alone are a note of `other`.

import { refuseIf } from './refusal.ts'

export type CodedReason<Code extends string> = { code: Code | 'other'; note: string }

/** Refuses: reason_needs_note. */
export const reasonGiven = <Code extends string>(
  code: Code,
  note: string | undefined,
): { code: Code; note: string } => {
  const said = (note ?? '').trim()
  refuseIf(code === 'other' && said === '', 'reason_needs_note', { code })
  return { code, note: said }
}

export const reasonText = ({ code, note }: { code: string; note: string }): string =>
  note === '' ? code : `${code}: ${note}`

/** What was kept by `reasonText`. */
export const reasonIn = <Code extends string>(
  codes: readonly Code[],
  text: string,
): CodedReason<Code> => {
  const at = text.indexOf(':')
  const named = at < 0 ? text : text.slice(0, at)
  const code = codes.find((one) => one === named)
  if (code === undefined) return { code: 'other', note: text }
  return { code, note: at < 0 ? '' : text.slice(at + 1).trim() }
}
