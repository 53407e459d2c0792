// How many gateways one of several collectors takes 采集分担. PURE. Each takes no more than its share
// and gives up what is more, so that they come to rest and stay there.

import type { Crew } from './lease-store.ts'

export type Share = {
  /** How many more it may take. */
  more: number
  /** How many it gives up. */
  surplus: number
}

/** `held`: how many it has, those it is giving up just now included. */
export const fairShare = ({ others, gateways }: Crew, held: number): Share => {
  const share = Math.ceil(gateways / (others + 1))
  return { more: Math.max(0, share - held), surplus: Math.max(0, held - share) }
}
