// Explained fields 帧解析: one line of what a frame says, whatever its protocol.

import type { Words } from '../../shared/words.ts'

/** `bytes` as on the wire. */
export type ExplainedField = Words & { readonly bytes: Buffer; readonly value: Words }
