// The parts of a running simulated complex 模拟世界, as its control port sees them.

import type { Gateway } from './gateway.ts'
import type { Timers } from './timers.ts'
import type { WitnessedMeter } from './witness.ts'

/** What the control port works on. */
export type World = {
  boundTo: string
  timers: Timers
  load: { factor: number }
  meters: Map<string, WitnessedMeter>
  gateways: Map<string, Gateway>
  /** Writes down every meter's consumption up to now. */
  flush(): void
}
