// Whether it is known what an open supply used 用电是否可知, PURE: unknown is not nothing.

import type { Instant } from '../../shared/clock.ts'
import type { UseFacts } from '../rule.ts'

/** A register that was not read for longer tells nothing of now. */
const READ_WITHIN_MS = 24 * 3_600_000

/** Power may flow: the relay is closed, or there is none that we know of. */
export const mayUse = ({ relay }: Pick<UseFacts, 'relay'>): boolean =>
  relay === null || relay === 'closed'

export const isUseKnown = (facts: UseFacts, now: Instant): facts is UseFacts & { usedWh: number } =>
  facts.readAt !== null && now - facts.readAt <= READ_WITHIN_MS && facts.usedWh !== null
