// The live connection 实时连接: one EventSource for the whole console. It reconnects by itself with a
// growing pause, and whenever it opens the board is fetched afresh, because what happened before is
// not known.

import { useSyncExternalStore } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { after, every, onNextFrame, serverNow } from '../../ui/clock.ts'
import { pathWith } from '../api/client.ts'
import { createBoardStore } from './board-store.ts'

/** The server sends a beat every few seconds; silence means a dead line. */
const SILENCE_MS = 10_000
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000] as const
/** How long a broken line is kept quiet before the banner. */
export const LOST_SHOWN_AFTER_MS = 10_000

export type LiveState = {
  /** Null while the line is up. */
  lostSince: number | null
  /** When the last word came. */
  heardAt: number | null
}

export type LiveHandlers = {
  fetchBoard: () => void
  onAlarm: () => void
  onPurchase: (purchaseId: string) => void
  onReadRound: (readRoundId: string) => void
  onGateway: (gatewayId: number) => void
}

export const boardStore = createBoardStore(onNextFrame)

let live: LiveState = { lostSince: null, heardAt: null }
const listeners = new Set<() => void>()
const setLive = (next: LiveState) => {
  live = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
export const useLive = (): LiveState => useSyncExternalStore(subscribe, () => live)

const parsed = <T>(event: MessageEvent<string>): T => JSON.parse(event.data)

/** Each word of the line, and what follows from it. */
const hearAll = (line: EventSource, heard: () => void, handlers: LiveHandlers): void => {
  const on = (name: string, act: (event: MessageEvent<string>) => void) =>
    line.addEventListener(name, (event) => {
      heard()
      act(event)
    })
  on('beat', () => {})
  on('meters', (event) => boardStore.apply(parsed<BoardItem[]>(event)))
  on('resync', () => handlers.fetchBoard())
  on('alarm', () => handlers.onAlarm())
  on('purchase', (event) => handlers.onPurchase(parsed<{ purchaseId: string }>(event).purchaseId))
  on('readRound', (event) =>
    handlers.onReadRound(parsed<{ readRoundId: string }>(event).readRoundId),
  )
  on('gateway', (event) => handlers.onGateway(parsed<{ gatewayId: number }>(event).gatewayId))
}

/** Listens to a complex until the returned function is called. */
export const listenTo = (complexId: number, handlers: LiveHandlers): (() => void) => {
  let source: EventSource | null = null
  let cancelRetry = () => {}
  let attempt = 0

  const heard = () => {
    attempt = 0
    setLive({ lostSince: null, heardAt: serverNow() })
  }
  const lose = (since: number) => {
    source?.close()
    source = null
    if (live.lostSince === null) setLive({ ...live, lostSince: since })
    const pause = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]
    attempt += 1
    cancelRetry = after(pause ?? SILENCE_MS, open)
  }
  const open = () => {
    const line = new EventSource(pathWith('/events', { complexId }))
    source = line
    line.onopen = () => {
      heard()
      handlers.fetchBoard()
    }
    line.onerror = () => lose(serverNow())
    hearAll(line, heard, handlers)
  }
  const stopWatching = every(1_000, () => {
    const { heardAt } = live
    if (!source || heardAt === null) return
    // The figures are as old as the last word, not as the moment we noticed.
    if (serverNow() - heardAt > SILENCE_MS) lose(heardAt)
  })
  open()
  return () => {
    stopWatching()
    cancelRetry()
    source?.close()
    boardStore.clear()
    setLive({ lostSince: null, heardAt: null })
  }
}
