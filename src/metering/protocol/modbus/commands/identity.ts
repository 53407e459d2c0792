// Who is this device? 设备标识: function 2BH/0EH (texts by object number) and 11H (as makers like).

import { badReply } from '../../fault.ts'
import { answered, type Request } from '../../request.ts'
import { ask, assertOne } from '../exchange.ts'
import { newFrame, pduAt, type Target } from '../framing.ts'
import { FN, MEI_IDENTITY } from '../functions.ts'

/** 0 maker, 1 product code, 2 revision, 3 address on the web, 4 product, 5 model, 6 application. */
export type DeviceIdentity = ReadonlyMap<number, string>

/** How much to read: basic 0–2, regular up to 127, extended all, or just one object. */
export type IdentityLevel = 'basic' | 'regular' | 'extended' | 'one'
const LEVELS: Record<IdentityLevel, number> = { basic: 1, regular: 2, extended: 3, one: 4 }

const MORE_AT = 3
const NEXT_AT = 4
const OBJECTS_AT = 6
const MORE_FOLLOWS = 0xff

/** What is no printable ASCII shows as a dot. */
const textOf = (bytes: Buffer): string => bytes.toString('latin1').replace(/[^ -~]/g, '.')

/** The objects of an answer whose length has been checked. */
const objectsOf = (content: Buffer): [number, string][] => {
  const objects: [number, string][] = []
  let at = OBJECTS_AT
  while (at + 2 <= content.length) {
    const size = content[at + 1] ?? 0
    objects.push([content[at] ?? 0, textOf(content.subarray(at + 2, at + 2 + size))])
    at += 2 + size
  }
  return objects
}

const identityPart = (
  target: Target,
  level: IdentityLevel,
  object: number,
  before: DeviceIdentity,
): Request<DeviceIdentity> => {
  assertOne(target)
  const bytes = newFrame(target, 4)
  const at = pduAt(target.framing)
  bytes[at] = FN.encapsulated
  bytes[at + 1] = MEI_IDENTITY
  bytes[at + 2] = LEVELS[level]
  bytes[at + 3] = object
  const joined = (content: Buffer) => new Map([...before, ...objectsOf(content)])
  return ask({
    label: `read identity ${level} ${object}`,
    target,
    bytes,
    form: { kind: 'identity' },
    repeatable: true,
    read: (content) => {
      const repeatsLevel = content[1] === LEVELS[level]
      return repeatsLevel ? answered(joined(content)) : badReply(content)
    },
    more: (content) => {
      const next = content[NEXT_AT] ?? 0
      // A device that sends the same part for ever is not asked for ever.
      const follows = content[MORE_AT] === MORE_FOLLOWS && next > object && level !== 'one'
      return follows ? identityPart(target, level, next, joined(content)) : null
    },
  })
}

/** Texts of the device; a longer answer comes in several parts. */
export const readIdentity = (
  target: Target,
  level: IdentityLevel = 'basic',
  object = 0,
): Request<DeviceIdentity> => identityPart(target, level, object, new Map())

const SERVER_ID_BYTES_MAX = 251

/** Function 11H without data: what comes is the maker's. */
export const readServerId = (target: Target): Request<Buffer> => {
  assertOne(target)
  const bytes = newFrame(target, 1)
  bytes[pduAt(target.framing)] = FN.serverId
  return ask({
    label: 'read server id',
    target,
    bytes,
    form: { kind: 'counted-any', bytesMax: SERVER_ID_BYTES_MAX },
    repeatable: true,
    read: answered,
  })
}
