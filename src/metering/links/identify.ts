// Who a caller is 来电识别, by its first bytes: the longest identity that fits, since one registration
// may begin as another does.

import type { Expected } from './caller.ts'

export type Verdict =
  | { kind: 'known'; expected: Expected; taken: number }
  /** It is known, but a longer identity that begins the same may still be arriving. */
  | { kind: 'settling'; expected: Expected; taken: number }
  | { kind: 'more' }
  | { kind: 'unknown' }

export const identify = (head: Buffer, all: Iterable<Expected>): Verdict => {
  let best: { expected: Expected; taken: number } | null = null
  let more = false
  for (const expected of all) {
    const answer = expected.recognise(head)
    if (answer === 'more') more = true
    else if (answer !== 'other' && answer.taken > (best?.taken ?? -1)) {
      best = { expected, taken: answer.taken }
    }
  }
  if (best) return { kind: more ? 'settling' : 'known', ...best }
  return { kind: more ? 'more' : 'unknown' }
}
