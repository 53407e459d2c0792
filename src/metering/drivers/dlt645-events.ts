// Reading what a meter noted itself 读事件记录: how often each kind happened, then its newest record, if
// that is not known yet. Loaded with the first question: the rounds never ask this.

import type { MeterEventKind as AskedKind } from '../../http/contract/meter-events.ts'
import type { Words } from '../../shared/words.ts'
import type {
  EventReading,
  EventsRead,
  FaultReason,
  KnownCounts,
  MeterEventRead,
  Priority,
} from '../driver.ts'
import {
  METER_EVENTS,
  type MeterEvent,
  PHASE_EVENTS,
  readEvent,
  readEventCount,
  readPhaseEvent,
  readPhaseEventCounts,
} from '../protocol/dlt645/commands/events.ts'
import { valueWords } from '../protocol/dlt645/present.ts'
import type { Request } from '../protocol/request.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

const PHASES = [1, 2, 3] as const
/** After one of these there is no sense in asking for the rest. */
const OVER: readonly FaultReason[] = ['timeout', 'gateway-offline', 'stopped', 'deadline-passed']

type PhaseKind = Extract<AskedKind, keyof typeof PHASE_EVENTS>
type WholeKind = Exclude<AskedKind, PhaseKind>

const isPhaseKind = (kind: AskedKind): kind is PhaseKind => kind in PHASE_EVENTS

const recordOf = ({ value, ...head }: MeterEvent): EventReading => ({
  ...head,
  fields:
    value.kind === 'record'
      ? value.items.map((item) => ({ name: nameOf(item), text: valueWords(item.value) }))
      : [],
})

const nameOf = ({ zh, en }: Words): Words => ({ zh, en })

/** One question after another until the time is up or the meter falls silent. */
class EventReader {
  readonly #meter: Dlt645Meter
  readonly #priority: Priority
  readonly #untilMono: number
  readonly #known: KnownCounts
  #over = false

  constructor(meter: Dlt645Meter, priority: Priority, untilMono: number, known: KnownCounts) {
    this.#meter = meter
    this.#priority = priority
    this.#untilMono = untilMono
    this.#known = known
  }

  get over(): boolean {
    return this.#over || this.#meter.clock.mono() >= this.#untilMono
  }

  async ask<T>(request: Request<T>): Promise<T | FaultReason> {
    const outcome = await this.#meter.ask(request, this.#priority)
    if (outcome.ok) return outcome.value
    if (OVER.includes(outcome.reason)) this.#over = true
    return outcome.reason
  }

  async whole(kind: WholeKind): Promise<MeterEventRead[]> {
    const { address } = this.#meter.at
    const about = { kind, name: nameOf(METER_EVENTS[kind]), phase: null }
    const count = await this.ask(readEventCount(address, kind))
    if (typeof count === 'string') return [{ ...about, count: null, last: null, fault: count }]
    if (count === this.#known[kind]) return [{ ...about, count, last: null, fault: null }]
    return [{ ...about, ...(await this.#newest(count, () => readEvent(address, kind))) }]
  }

  async ofPhases(kind: PhaseKind): Promise<MeterEventRead[]> {
    const { address, model } = this.#meter.at
    const name = nameOf(PHASE_EVENTS[kind])
    const counts = await this.ask(readPhaseEventCounts(address, kind))
    const items: MeterEventRead[] = []
    for (const phase of PHASES.slice(0, model.phases)) {
      const about = { kind, name, phase }
      const count = typeof counts === 'string' ? null : (counts[phase - 1] ?? null)
      const told =
        count === null
          ? { count, last: null, fault: typeof counts === 'string' ? counts : null }
          : await this.#newest(count, () => readPhaseEvent(address, kind, phase))
      items.push({ ...about, ...told })
    }
    return items
  }

  async #newest(
    count: number,
    question: () => Request<MeterEvent | null>,
  ): Promise<Pick<MeterEventRead, 'count' | 'last' | 'fault'>> {
    if (count === 0 || this.over) return { count, last: null, fault: null }
    const record = await this.ask(question())
    if (typeof record === 'string') return { count, last: null, fault: record }
    return { count, last: record === null ? null : recordOf(record), fault: null }
  }
}

export const readEvents = async (
  meter: Dlt645Meter,
  kinds: readonly AskedKind[],
  priority: Priority,
  untilMono: number,
  known: KnownCounts = {},
): Promise<EventsRead> => {
  const reader = new EventReader(meter, priority, untilMono, known)
  const items: MeterEventRead[] = []
  for (const kind of kinds) {
    if (reader.over) return { items, complete: false }
    items.push(...(isPhaseKind(kind) ? await reader.ofPhases(kind) : await reader.whole(kind)))
  }
  return { items, complete: !reader.over }
}
