// Somebody at our end of a link 链路使用者: asks the meter at the far end as a bus would, over the real
// network and real serial ports.

import { reversed } from '../../sim/meter/bytes.ts'
import { decodeFrame, encodeFrame } from '../../sim/meter/frame.ts'
import { systemNet } from '../../src/adapters/net.ts'
import { systemClock, systemRng } from '../../src/adapters/system.ts'
import type { LinkSettings } from '../../src/metering/links/link.ts'
import { createSharedLinks, type SharedLinks } from '../../src/metering/links/shared-links.ts'
import { startLink } from '../../src/metering/links/start-link.ts'
import { dlt645Reader } from '../../src/metering/protocol/dlt645/stream.ts'
import { METER } from './far-bus.ts'

const READ = 0x11
const READ_REPLY = 0x91
const COMBINED_ENERGY = Buffer.alloc(4)
const WH_PER_COUNT = 10

export type LinkUser = {
  /** `up`, and `down …` with the reason, in order. */
  readonly news: readonly string[]
  /** The energy register of the far meter in Wh; null where nothing whole came back in time. */
  energyWh(withinMs?: number): Promise<number | null>
  readonly shared: SharedLinks
  stop(): Promise<void>
}

type Open = { write(bytes: Uint8Array): void }

const energyOf = (raw: Buffer): number | null => {
  const frame = decodeFrame(raw)
  if (frame?.address !== METER || frame.control !== READ_REPLY) return null
  const digits = reversed(frame.data.subarray(4)).toString('hex')
  return Number(digits) * WH_PER_COUNT
}

/** `shared`: of another link of the same process. */
export const startLinkUser = (
  settings: LinkSettings,
  shared = createSharedLinks({ clock: systemClock, net: systemNet, rng: systemRng }),
): LinkUser => {
  const deps = { clock: systemClock, net: systemNet, rng: systemRng, shared, zone: 'Asia/Shanghai' }
  const news: string[] = []
  let wire: Open | null = null
  let reader = dlt645Reader()
  let onFrame: (raw: Buffer) => void = () => {}
  const link = startLink(deps, settings, {
    up: (opened) => {
      wire = opened
      news.push('up')
    },
    bytes: (bytes) => {
      for (const piece of reader.push(bytes)) if (piece.kind === 'frame') onFrame(piece.raw)
    },
    down: ({ reason, detail }) => {
      wire = null
      news.push(`down ${reason} ${detail}`.trim())
    },
    pushed: () => Promise.resolve(),
  })
  const energyWh = (withinMs = 60_000): Promise<number | null> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), withinMs)
      reader = dlt645Reader()
      onFrame = (raw) => {
        clearTimeout(timer)
        resolve(energyOf(raw))
      }
      wire?.write(encodeFrame({ address: METER, control: READ, data: COMBINED_ENERGY }))
    })
  return {
    news,
    shared,
    energyWh,
    stop: async () => {
      link?.stop()
      await shared.stop()
    },
  }
}
