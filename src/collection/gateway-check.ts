// A gateway at the door 通讯管理机校验: settings that would leave it unread, and registrations that could
// not be told from another gateway's, are refused before anything is stored.

import { readLinkSettings } from '../metering/links/link-settings.ts'
import { pushIntervalMs } from '../metering/rounds/push-interval.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId, GatewayId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { listeningGateways } from './gateway-change-store.ts'
import type { Link } from './link-check.ts'

type Buses = readonly { ordinal: number; settings: unknown }[]

/** Over these something comes by itself; over the others nothing but answers. */
const SENDING_KINDS: readonly unknown[] = ['acrel-4g', 'acrel-awt100', 'mqtt']

/** Refuses: invalid_input for a gateway that is not asked and can't send either. */
export const checkPolled = (link: Link, settings: unknown): void =>
  refuseIf(
    pushIntervalMs(settings) !== null && !SENDING_KINDS.includes(link.kind),
    'invalid_input',
    {
      where: 'body',
      field: 'settings.polled',
      rule: 'link',
      zh: '该链路只有应答，不会主动上报，必须轮询',
      en: 'Nothing but answers comes over this kind of link: it has to be asked',
    },
  )

type Registration = { ordinal: number; port: number; bytes: Buffer }

const registrationsOf = (link: unknown, buses: Buses): Registration[] =>
  buses.flatMap(({ ordinal, settings }) => {
    const read = readLinkSettings(link, ordinal, settings)
    return read.ok && read.settings.kind === 'tcp-listen'
      ? [{ ordinal, port: read.settings.port, bytes: read.settings.registration }]
      : []
  })

const startsWith = (whole: Buffer, start: Buffer): boolean =>
  whole.subarray(0, start.length).equals(start)

/** One of them may be all that has arrived of the other. */
const areAlike = (a: Registration, b: Registration): boolean =>
  a.port === b.port && (startsWith(a.bytes, b.bytes) || startsWith(b.bytes, a.bytes))

type Listening = { port: number; sort: 'dataGateways' | 'others' }

const listeningOf = (link: unknown, buses: Buses): Listening[] =>
  buses.flatMap(({ ordinal, settings }): Listening[] => {
    const read = readLinkSettings(link, ordinal, settings)
    if (!read.ok) return []
    switch (read.settings.kind) {
      case 'acrel-awt100':
        return [{ port: read.settings.port, sort: 'dataGateways' }]
      case 'tcp-listen':
      case 'acrel-4g':
        return [{ port: read.settings.port, sort: 'others' }]
      default:
        return []
    }
  })

/** Where a gateway calls us, and how it says who it is. */
export type Calling = {
  code: string
  listening: readonly Listening[]
  registrations: readonly Registration[]
}

export const callingOf = (code: string, link: unknown, buses: Buses): Calling => ({
  code,
  listening: listeningOf(link, buses),
  registrations: registrationsOf(link, buses),
})

/** Data gateways are asked for their secret before anything else, so nobody else can call there. */
const refuseSharedPort = (own: Calling, others: readonly Calling[]): void => {
  for (const { code, listening } of others) {
    const clash = listening.find((there) =>
      own.listening.some(({ port, sort }) => port === there.port && sort !== there.sort),
    )
    refuseIf(clash !== undefined, 'invalid_input', {
      where: 'body',
      field: 'link.port',
      rule: 'link',
      zh: `端口已由 ${code} 使用：AWT100 数据网关须独用端口`,
      en: `The port belongs to ${code}: AWT100 data gateways share none with other kinds`,
    })
  }
}

/**
 * Refuses: registration_overlaps, with the other gateway's code and bus; invalid_input for a port
 * on which gateways of another kind call.
 */
export const refuseClash = (own: Calling, others: readonly Calling[]): void => {
  if (own.listening.length === 0) return
  refuseSharedPort(own, others)
  for (const one of own.registrations) {
    const rival = [own, ...others].flatMap(({ code, registrations }) => {
      const like = registrations.find((each) => each !== one && areAlike(one, each))
      return like ? [{ code, ordinal: like.ordinal }] : []
    })[0]
    if (!rival) continue
    const { port, ordinal: bus } = one
    const facts = { port, bus, gatewayCode: rival.code, otherBus: rival.ordinal }
    throw new Refusal('registration_overlaps', facts)
  }
}

/** Every other gateway in scope that calls us. Registrations are given one at a time. */
export const callingOthers = async (
  tx: Tx,
  isMeant: (other: { complexId: ComplexId; gatewayId: GatewayId }) => boolean,
): Promise<Calling[]> =>
  (await listeningGateways(tx))
    .filter(isMeant)
    .map(({ code, link, buses }) => callingOf(code, link, buses))

/** Refuses as `refuseClash` does. */
export const checkRegistrations = async (
  tx: Tx,
  complex: ComplexId,
  gateway: { gatewayId: GatewayId; code: string; link: Link; buses: Buses },
): Promise<void> => {
  const own = callingOf(gateway.code, gateway.link, gateway.buses)
  if (own.listening.length === 0) return
  const isOther = (each: { complexId: ComplexId; gatewayId: GatewayId }) =>
    each.complexId !== complex || each.gatewayId !== gateway.gatewayId
  refuseClash(own, await callingOthers(tx, isOther))
}
