// The sale on the page 售电状态: the pure flow, the calls it asks for, and the keys that drive it.

import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { RechargeAnswer } from '../../../http/contract.ts'
import { problemOf } from '../../ui/problem.tsx'
import { newRequestId } from '../api/client.ts'
import { isDeliberate } from './enter-guard.ts'
import { recharge } from './sale-data.ts'
import {
  afterSold,
  newSale,
  nextMethod,
  requestOf,
  type Sale,
  type SaleEvent,
  saleAfter,
} from './sale-flow.ts'

/** Null in centre mode: the money is on the balance, nothing is on its way. */
export type Sold = { answer: RechargeAnswer; purchaseId: string | null }

export const useSale = (onSold: (sold: Sold) => void) => {
  const client = useQueryClient()
  const [sale, setSale] = useState<Sale>(() => newSale(newRequestId(), 'cash'))
  // Two keys can come before React has drawn the first; the next step is decided on this.
  const now = useRef(sale)
  const put = useCallback((next: Sale) => {
    now.current = next
    setSale(next)
  }, [])
  const send = useCallback((event: SaleEvent) => put(saleAfter(now.current, event)), [put])

  const check = useCallback(async () => {
    send({ kind: 'check' })
    const { step, choice, requestId } = now.current
    const body = requestOf(now.current, true)
    if (step !== 'checking' || !choice || !body) return
    try {
      const answer = await recharge(choice, body, requestId)
      send({ kind: 'checked', preview: answer.receipt, need: answer.approval ?? null })
    } catch (error) {
      send({ kind: 'refused', problem: problemOf(error) })
    }
  }, [send])

  const sell = useCallback(async () => {
    const before = now.current
    send({ kind: 'sell' })
    const { step, choice, requestId } = now.current
    const body = requestOf(now.current, false)
    // Only the call that moved the sale on may send it.
    if (before.step === 'selling' || step !== 'selling' || !choice || !body) return
    try {
      const answer = await recharge(choice, body, requestId)
      put(afterSold(now.current, newRequestId()))
      onSold({ answer, purchaseId: answer.purchaseId })
      void client.invalidateQueries({ queryKey: ['purchases'] })
      void client.invalidateQueries({ queryKey: ['sales'] })
    } catch (error) {
      send({ kind: 'refused', problem: problemOf(error) })
    }
  }, [send, put, onSold, client])

  return { sale, send, check, sell }
}

type Flow = ReturnType<typeof useSale>

/** Enter on the page: swallowed unless a person meant it; the find box has its own rule. */
export const useEnter = ({ sale, check, sell }: Flow) => {
  const lastKeyAt = useRef(Number.NEGATIVE_INFINITY)
  const lastEnterAt = useRef(Number.NEGATIVE_INFINITY)
  return (event: KeyboardEvent) => {
    // When the key went down: a page that is busy hears of it later.
    const at = event.timeStamp
    const sinceKeyMs = at - lastKeyAt.current
    lastKeyAt.current = at
    // The LF of a scanner arrives as Ctrl+J, which would open the browser's downloads.
    if (event.ctrlKey && event.key.toLowerCase() === 'j') event.preventDefault()
    if (event.key !== 'Enter' || sale.step === 'find') return
    const deliberate = isDeliberate({
      repeat: event.repeat,
      composing: event.nativeEvent.isComposing,
      sinceKeyMs,
      sinceEnterMs: at - lastEnterAt.current,
    })
    const onButton = event.target instanceof HTMLButtonElement
    if (deliberate && onButton) return
    event.preventDefault()
    event.stopPropagation()
    if (!deliberate) return
    lastEnterAt.current = at
    if (sale.step === 'amount') void check()
    if (sale.step === 'confirm') void sell()
  }
}

/** F2 new sale, F4 pay method, F8 reprint the last receipt, Esc back. */
export const useHotkeys = ({ sale, send, reprint }: Flow & { reprint: () => void }) => {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.repeat || event.isComposing) return
      switch (event.key) {
        case 'F2':
          send({ kind: 'reset', requestId: newRequestId() })
          break
        case 'F4':
          send({ kind: 'method', method: nextMethod(sale.method) })
          break
        case 'F8':
          reprint()
          break
        case 'Escape':
          send({ kind: 'back' })
          return
        default:
          return
      }
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [sale.method, send, reprint])
}
