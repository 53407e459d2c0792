// The bus of the model 总线模型: it loses, delays, holds and repeats what goes over it, the same for a
// credit and for an order to give money back; and what happens to a meter besides.

import type { RefundRecord, WalletReading } from '../../metering/driver.ts'
import type { Answer } from '../machine.ts'
import { fault, OK, type Option } from './choices.ts'
import {
  applyFrame,
  applyTorn,
  type Frame,
  happen,
  type MeterEvent,
  type ModelMeter,
  type Reply,
  readMeter,
} from './model-meter.ts'
import { callOff } from './model-trip.ts'
import { takeDown } from './model-void.ts'
import { mishap, type World, type WorldEvent } from './model-world.ts'

const QUIET = { name: 'quiet', cost: 0, event: null } as const
const FLUSH = { name: 'held frame flushed', cost: 0, event: 'flush' } as const
const EVENTS = {
  foreign: { name: 'foreign credit', cost: 1, event: 'foreign' },
  use: { name: 'electricity used', cost: 1, event: 'use' },
  callOff: { name: 'taking it out is called off', cost: 1, event: 'callOff' },
  void: { name: 'taken down as dead: what is under way is void', cost: 1, event: 'void' },
  reset: { name: 'meter reset', cost: 1, event: 'reset' },
} as const

/** What a person does meanwhile. */
const ACTS = { void: takeDown, callOff } as const

export const flush = (world: World): void => {
  for (const arrive of world.heldFrames.splice(0)) {
    const what = arrive()
    world.log?.push(`   gateway flushes ${what}`)
  }
}

const isPossible = (world: World, event: WorldEvent): event is MeterEvent | 'void' | 'callOff' => {
  if (event === 'void') return world.retired === null
  if (event === 'callOff') return world.reduction?.state === 'QUEUED'
  // What is switched off uses nothing.
  if (event === 'use' && world.meter.relay === 'tripped') return false
  return event !== 'torn' && !(event === 'reset' && world.happened.has(event))
}

export const surroundings = (world: World): void => {
  if (world.healed) return
  const { events } = world.scenario
  if (events.length === 0 && world.heldFrames.length === 0) return
  const taken = world.choose([
    QUIET,
    ...(world.heldFrames.length > 0 ? [FLUSH] : []),
    ...events.flatMap((event) => (isPossible(world, event) ? [EVENTS[event]] : [])),
  ])
  if (taken.event === null) return
  if (taken.event === 'flush') {
    flush(world)
    return
  }
  world.log?.push(`   ${taken.name}`)
  if (taken.event === 'void' || taken.event === 'callOff') {
    ACTS[taken.event](world)
    return
  }
  const { count, balanceFen } = world.meter
  happen(world.meter, taken.event)
  // A meter that holds nothing yet is as it was.
  if (taken.event === 'reset' && count === 0 && balanceFen === 0) return
  // Before the opening there is no book that a credit or a reset could contradict.
  if (world.baseCount !== null) world.happened.add(taken.event)
}

const firstFrom = <T extends { from: ModelMeter }>(late: T[], meter: ModelMeter): T | null => {
  const index = late.findIndex(({ from }) => from === meter)
  return index < 0 ? null : (late.splice(index, 1)[0] ?? null)
}

const READ_CHOICES = [OK, fault('reading lost'), fault('reading late')]

/** A reading, or null when nothing came; a late one is taken for the next unanswered request's. */
export const readOverBus = (world: World, meter: ModelMeter): WalletReading | null => {
  surroundings(world)
  const { name } = mishap(world, READ_CHOICES)
  const now = readMeter(meter)
  if (name === 'ok') return now
  const late = firstFrom(world.lateReadings, meter)?.reading ?? null
  if (name === 'reading late') world.lateReadings.push({ from: meter, reading: now })
  world.log?.push(`   ${name}${late ? ', an older one taken for it' : ''}`)
  return late
}

const RECORD_CHOICES = [OK, fault('record lost'), fault('record late')]

/** The newest refund record, undefined when nothing came. */
export const readRefundOverBus = (
  world: World,
  meter: ModelMeter,
): RefundRecord | null | undefined => {
  surroundings(world)
  const { name } = mishap(world, RECORD_CHOICES)
  const now = meter.refund
  if (name === 'ok') return now
  const late = firstFrom(world.lateRefunds, meter)
  if (name === 'record late') world.lateRefunds.push({ from: meter, refund: now })
  world.log?.push(`   ${name}${late ? ', an older one taken for it' : ''}`)
  return late?.refund
}

/** What a line does to an order to a meter and to its answer. */
export const LINE_CHOICES: readonly Option[] = [
  OK,
  fault('request lost'),
  fault('reply lost'),
  fault('reply late'),
  fault('held in a gateway'),
  fault('sent twice'),
  fault('negative though applied'),
  fault('crash after sending'),
]

export type Sending = {
  name: string
  meter: ModelMeter
  choices: readonly Option[]
  /** The meter gets it whole. */
  apply(): Reply
  /** The meter loses power over it, in the way that the choice says. */
  tear(choice: string): void
}

const arrive = (world: World, choice: string, sending: Sending): Reply | null => {
  const { name, meter, apply, tear } = sending
  const unanswered = () => firstFrom(world.lateReplies, meter)?.reply ?? null
  switch (choice) {
    case 'ok':
      return apply()
    case 'request lost':
      return unanswered()
    case 'reply lost':
      apply()
      return unanswered()
    case 'reply late': {
      const reply = apply()
      const earlier = unanswered()
      world.lateReplies.push({ from: meter, reply })
      return earlier
    }
    case 'held in a gateway':
      world.heldFrames.push(() => `${name}: ${apply()}`)
      return unanswered()
    case 'sent twice':
      apply()
      return apply()
    case 'negative though applied':
      apply()
      return 'other'
    default:
      tear(choice)
      world.happened.add('torn')
      return unanswered()
  }
}

/** What the meter answered, null for nothing, or a crash of the sender. */
export const sendOver = (world: World, sending: Sending): Reply | null | 'crash' => {
  surroundings(world)
  const { name } = mishap(world, sending.choices)
  if (name === 'crash after sending') {
    sending.apply()
    world.log?.push('   applied; crash after sending')
    return 'crash'
  }
  const reply = arrive(world, name, sending)
  world.log?.push(`   ${name}: ${reply ?? 'no answer'}`)
  return reply
}

const credit = (world: World, meter: ModelMeter, frame: Frame): Reply => {
  const before = meter.credited[frame.sale] ?? 0
  const reply = applyFrame(meter, frame)
  const after = meter.credited[frame.sale] ?? 0
  if (after > 1 && after > before) world.log?.push(`   sale ${frame.sale + 1} credited again`)
  return reply
}

const TORN_CHOICES = [
  ...LINE_CHOICES,
  fault('money written, count not'),
  fault('count written, money not'),
]

/** A credit on its way to a meter. */
export const sendCredit = (
  world: World,
  meter: ModelMeter,
  frame: Frame,
): Reply | null | 'crash' => {
  const { events, lineRepeats } = world.scenario
  const choices = (events.includes('torn') ? TORN_CHOICES : LINE_CHOICES).filter(
    (choice) => lineRepeats || choice.name !== 'sent twice',
  )
  return sendOver(world, {
    ...{ name: `credit n=${frame.n}`, meter, choices },
    apply: () => credit(world, meter, frame),
    tear: (choice) => applyTorn(meter, frame, choice.startsWith('money') ? 'money' : 'count'),
  })
}

export const answerOf = (reply: Reply | null): Answer => {
  if (reply === null) return 'none'
  return reply === 'accepted' ? 'accepted' : 'refused'
}
