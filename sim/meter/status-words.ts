// Status words 状态字 1 to 7 as bits, and the two bytes of each on the wire.

import { binLow } from './bytes.ts'
import { flowingW } from './electrical.ts'
import { authenticated, type Exchange } from './exchange.ts'
import { isOverloaded } from './overload.ts'

const bits = (flags: Record<number, boolean>): number =>
  Object.entries(flags).reduce((word, [bit, set]) => (set ? word | (1 << Number(bit)) : word), 0)

const word1 = (exchange: Exchange) =>
  bits({ 4: flowingW(exchange) < 0, 14: exchange.state.overdraftFen > 0 })

const word2 = (exchange: Exchange) => bits({ 0: flowingW(exchange) < 0 })

/** Bits 8 and 9 say "money-prepaid"; 14 and 15 say "no account" at the meter and remotely. */
const word3 = (exchange: Exchange) => {
  const { state } = exchange
  const low = !state.relay.open && state.remainingFen <= state.alarm1Fen
  return bits({
    0: state.periods.secondInForce,
    4: state.relay.open,
    5: state.zones.secondInForce,
    6: state.relay.ordered === 'open',
    7: low,
    9: true,
    10: state.prices.secondInForce,
    11: state.tiers.secondInForce,
    12: state.kept,
    13: authenticated(exchange),
    14: !state.opened,
    15: !state.opened,
  })
}

const phaseWord = ({ state, nowMs }: Exchange) => bits({ 5: isOverloaded(state, nowMs) })

const word7 = ({ state }: Exchange) => bits({ 9: state.coverOpen, 10: state.terminalCoverOpen })

const none = () => 0

const WORDS = [word1, word2, word3, phaseWord, none, none, word7]

/** One status word (1..7), or null where there is none. */
export const statusWord = (exchange: Exchange, no: number): Buffer | null => {
  const word = WORDS[no - 1]
  return word === undefined ? null : binLow(word(exchange), 2)
}

export const allStatusWords = (exchange: Exchange): Buffer =>
  Buffer.concat(WORDS.map((word) => binLow(word(exchange), 2)))
