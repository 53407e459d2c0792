// What one meter comes to before a command 命令预检: it takes it, or what stands against it.

import type { Problem } from '../price-tables/problems.ts'
import type { RefusalCode } from '../shared/refusal.ts'

/** `price_not_for_meter` names everything that stands against it in `problems`. */
type Against = { code: RefusalCode; problems?: readonly Problem[] }
export type Checked<T> = { ok: true; target: T } | ({ ok: false } & Against)

export const no = (code: RefusalCode) => ({ ok: false, code }) as const
