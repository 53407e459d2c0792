// The life of one command 命令: a pure, closed state machine. Every command reaches exactly one
// terminal state and a terminal state never changes (INV-20).

export const OPEN_STATES = ['queued', 'sent', 'acknowledged'] as const
export const ENDED_STATES = ['confirmed', 'failed', 'expired', 'cancelled', 'held'] as const
export type OpenState = (typeof OPEN_STATES)[number]
export type EndedState = (typeof ENDED_STATES)[number]
export type CommandState = OpenState | EndedState

/**
 * What can happen to a command:
 * - `send`: an order is about to leave; recorded before its first byte, so it *may* have left.
 * - `accept`: the meter said yes. It proves nothing, reading back does (INV-14, INV-16).
 * - `confirm`: the meter was read and is as desired, whether or not anything had to be sent.
 * - `fail`: the meter was read and is not as desired, or can never be.
 * - `hold`: something may have left and nobody knows what the meter did with it (INV-25).
 * - `expire`: the deadline passed and nothing has left (INV-21).
 * - `cancel`: taken back before anything has left.
 */
export type CommandEvent = 'send' | 'accept' | 'confirm' | 'fail' | 'hold' | 'expire' | 'cancel'

const MOVES: Readonly<Record<OpenState, Partial<Record<CommandEvent, CommandState>>>> = {
  queued: {
    send: 'sent',
    confirm: 'confirmed',
    fail: 'failed',
    expire: 'expired',
    cancel: 'cancelled',
  },
  sent: {
    send: 'sent',
    accept: 'acknowledged',
    confirm: 'confirmed',
    fail: 'failed',
    hold: 'held',
  },
  acknowledged: {
    // A mode may take several orders; the first accepted one is what `acknowledged` tells.
    send: 'acknowledged',
    accept: 'acknowledged',
    confirm: 'confirmed',
    fail: 'failed',
    hold: 'held',
  },
}

export const isOpen = (state: CommandState): state is OpenState =>
  OPEN_STATES.some((open) => open === state)

/** The state after the event, or null where this state knows no such move. */
export const nextState = (state: CommandState, event: CommandEvent): CommandState | null =>
  isOpen(state) ? (MOVES[state][event] ?? null) : null

/** What the last reading before the deadline showed. */
export type LastSeen = 'as-desired' | 'otherwise' | 'unknown'

/** How an open command ends when its deadline has passed; unknown is never called failed. */
export const endingAtDeadline = (state: OpenState, seen: LastSeen): CommandEvent => {
  if (seen === 'as-desired') return 'confirm'
  if (state === 'queued') return 'expire'
  return seen === 'otherwise' ? 'fail' : 'hold'
}
