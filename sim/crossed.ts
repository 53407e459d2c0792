// Crossed wires 串户: two meters that were connected wrongly, either to each other's premises or each
// to the contactor of the other. It is how they are mounted, so it is not written down.

import type { WitnessedMeter } from './witness.ts'

export type Crossing = 'wires' | 'contactors'

const straighten = (meter: WitnessedMeter): void => {
  for (const { site } of meter.circuits) {
    site.loadOf = null
    site.cutBy = null
  }
}

const connect = (meter: WitnessedMeter, other: WitnessedMeter, what: Crossing): void => {
  const [theirs] = other.circuits
  for (const { site } of meter.circuits) {
    if (what === 'wires') site.loadOf = theirs.site.identity
    else site.cutBy = theirs.state
  }
}

/** Both are put right first, with whoever they were crossed with. */
export const crossWires = (
  all: Iterable<WitnessedMeter>,
  meter: WitnessedMeter,
  other: WitnessedMeter | null,
  what: Crossing,
): void => {
  const before = [meter, ...(other ? [other] : [])]
  const partners = [...all].filter((one) =>
    one.circuits.some(({ site }) =>
      before.some(
        ({ circuits: [{ site: own, state }] }) =>
          site.loadOf === own.identity || site.cutBy === state,
      ),
    ),
  )
  for (const one of [...before, ...partners]) straighten(one)
  if (other === null) return
  connect(meter, other, what)
  connect(other, meter, what)
}
