// Which Enter keys count 回车防误触. A scanner ends with Enter (some with CR and LF), a held key
// repeats, and an input method uses Enter to take its own text: none of these may move money.

/** A scanner types faster than any hand: Enter this soon after a key is its own. */
export const SCAN_GAP_MS = 50
/** Enter twice within this time is one press that bounced, not two decisions. */
export const BOUNCE_MS = 150

export type EnterKey = {
  repeat: boolean
  /** The input method is composing. */
  composing: boolean
  /** Since the key before this one. */
  sinceKeyMs: number
  /** Since the last Enter that moved the sale on. */
  sinceEnterMs: number
}

/** True where a person pressed Enter and meant it. */
export const isDeliberate = (key: EnterKey): boolean =>
  !key.repeat && !key.composing && key.sinceKeyMs >= SCAN_GAP_MS && key.sinceEnterMs >= BOUNCE_MS

/** In the find box Enter only ever selects, so a scanner's Enter is welcome there. */
export const maySelect = (key: Pick<EnterKey, 'repeat' | 'composing'>): boolean =>
  !key.repeat && !key.composing
