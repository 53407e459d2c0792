// Why a meter is swapped or taken down 换表原因; `other` needs a note.

export const SWAP_REASON_CODES = [
  'calibration',
  'fault',
  'renovation',
  'upgrade',
  'vacated',
  'other',
] as const
