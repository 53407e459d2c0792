// Frames of DL/T 645 models, decoded by the requests that the drivers send: the data identifier in
// the reply says which.

import { type Words, words } from '../../shared/words.ts'
import { relayOf } from '../drivers/dlt645-reading.ts'
import type { CalendarTime } from '../protocol/dlt645/calendar.ts'
import { readClock } from '../protocol/dlt645/commands/clock.ts'
import {
  readData,
  readEnergy,
  readMoney,
  readNumber,
  readNumbers,
  readPowerW,
  readTariffEnergies,
} from '../protocol/dlt645/commands/read.ts'
import { relayOrder } from '../protocol/dlt645/commands/relay.ts'
import { readStatusWord3 } from '../protocol/dlt645/commands/status.ts'
import { queryWallet } from '../protocol/dlt645/commands/wallet.ts'
import { decodeFrame, parseControl } from '../protocol/dlt645/frame.ts'
import { FUNC } from '../protocol/dlt645/functions.ts'
import type { StatusWord3 } from '../protocol/dlt645/status-words.ts'
import { dlt645Reader } from '../protocol/dlt645/stream.ts'
import {
  readData1997,
  readEnergy1997,
  readPower1997W,
  readTariffEnergies1997,
} from '../protocol/dlt645-1997/commands/read.ts'
import type { Request } from '../protocol/request.ts'
import type { Dlt645Model, Dlt645OldModel, SampleMeaning } from './model-schema.ts'

type Key = keyof SampleMeaning

type Seen = {
  raw: Buffer
  address: string
  func: number
  id: string
  old: boolean
}

/** Undefined where the frame does not answer the request with a value. */
const answered = <T>({ raw }: Seen, request: Request<T>): T | undefined => {
  const parsed = request.parse(raw)
  return parsed.kind === 'reply' && parsed.result.ok ? parsed.result.value : undefined
}

const asCounted = (count: number): number => count
const fitted = (values: readonly (number | null)[] | undefined): number[] | undefined =>
  values?.filter((value) => value !== null)

const energies = (seen: Seen): readonly (number | null)[] | undefined =>
  seen.old
    ? answered(seen, readTariffEnergies1997(seen.address, seen.id))
    : answered(seen, readTariffEnergies(seen.address, seen.id))

/** One register, or the total of a block. */
const energy = (seen: Seen): number | undefined => {
  const one = seen.old
    ? answered(seen, readEnergy1997(seen.address, seen.id))
    : answered(seen, readEnergy(seen.address, seen.id))
  return one ?? energies(seen)?.[0] ?? undefined
}

const statusWord = (seen: Seen): StatusWord3 | undefined =>
  answered(seen, readStatusWord3(seen.address))

const EPOCH: CalendarTime = {
  year: 2000,
  month: 1,
  dayOfMonth: 1,
  hour: 0,
  minute: 0,
  second: 0,
}
const ANYBODY = { passwordClass: 0x02, password: '000000', operatorCode: '00000000' }

/** The request whose answer a refusal or an acceptance would be. */
const answeredRequest = ({ address, func, old }: Seen): Request<unknown> => {
  if (old) return readData1997(address, '9010')
  if (func === FUNC.relay) return relayOrder(address, 'trip', EPOCH, ANYBODY)
  if (func === FUNC.security)
    return queryWallet({ address, operatorCode: ANYBODY.operatorCode }, '078102FF')
  return readData(address, '00000000')
}

const answer = (seen: Seen): 'accepted' | 'refused' | undefined => {
  const parsed = answeredRequest(seen).parse(seen.raw)
  if (parsed.kind !== 'reply') return undefined
  if (parsed.result.ok) return 'accepted'
  return parsed.result.reason === 'refused-by-meter' ? 'refused' : undefined
}

const two = (n: number): string => String(n).padStart(2, '0')
const clockText = (t: CalendarTime | undefined): string | undefined =>
  t &&
  `${t.year}-${two(t.month)}-${two(t.dayOfMonth)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}`

const power = (seen: Seen): number | undefined =>
  seen.old ? answered(seen, readPower1997W(seen.address)) : answered(seen, readPowerW(seen.address))

const DECODERS: { readonly [K in Key]-?: (seen: Seen) => SampleMeaning[K] } = {
  energyWh: energy,
  reverseWh: energy,
  tariffsWh: (seen) => fitted(energies(seen)?.slice(1)),
  powerW: power,
  voltagesDv: (seen) =>
    fitted(answered(seen, readNumbers(seen.address, { id: seen.id, bytes: 2, max: 3 }, asCounted))),
  currentsMa: (seen) =>
    fitted(
      answered(
        seen,
        readNumbers(seen.address, { id: seen.id, bytes: 3, signed: true, max: 3 }, asCounted),
      ),
    ),
  powerFactorE3: (seen) =>
    answered(seen, readNumber(seen.address, { id: seen.id, bytes: 2, signed: true }, asCounted)),
  remainingFen: (seen) => answered(seen, readMoney(seen.address, seen.id)),
  overdraftFen: (seen) => answered(seen, readMoney(seen.address, seen.id)),
  statusWord: (seen) => statusWord(seen)?.word,
  relay: (seen) => {
    const word = statusWord(seen)
    return word && relayOf(word)
  },
  kept: (seen) => statusWord(seen)?.keepPower,
  clock: (seen) => clockText(answered(seen, readClock(seen.address))),
  accepted: (seen) => answer(seen) === 'accepted',
  refused: (seen) => answer(seen) === 'refused',
}

/** A frame whose bytes make no whole frame, or claims that its form cannot hold. */
export const dlt645Meaning = (
  model: Dlt645Model | Dlt645OldModel,
  bytes: Buffer,
  claimed: readonly Key[],
): SampleMeaning | Words => {
  const pieces = dlt645Reader().push(bytes)
  const raw = pieces.flatMap((piece) => (piece.kind === 'frame' ? [piece.raw] : []))[0]
  const frame = raw && decodeFrame(raw)
  if (!raw || !frame) return words('不是完整的帧', 'no whole frame')
  const old = model.protocol === 'dlt645-1997'
  const idBytes = Buffer.from(frame.data.subarray(0, old ? 2 : 4))
  const id = idBytes.reverse().toString('hex').toUpperCase()
  const seen: Seen = {
    raw,
    address: frame.address,
    func: parseControl(frame.control).func,
    id,
    old,
  }
  const hasId = id.length === (old ? 4 : 8)
  const decodable = claimed.filter((key) => hasId || key === 'accepted' || key === 'refused')
  return Object.fromEntries(decodable.map((key) => [key, DECODERS[key](seen)]))
}
