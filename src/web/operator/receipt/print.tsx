// Printing in place 打印: a receipt is laid into its own part of the page, which is all that paper
// sees, so the screen behind it stays where it was and the next sale never waits.

import { App } from 'antd'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Static } from 'typebox'
import type { ReceiptPrints } from '../../../http/contract/shifts.ts'
import type { Receipt } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { onNextFrame } from '../../ui/clock.ts'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { call, newRequestId } from '../api/client.ts'
import { rememberedPaper } from './paper.ts'
import { ReceiptSheet } from './sheet.tsx'

const Print = createContext<(sheet: ReactNode) => void>(() => {})

/** Prints a sheet; trouble with the printer is told and never thrown. */
export const usePrintSheet = () => useContext(Print)

type Numbered = { complexId: number; receiptNo: string }

/**
 * Prints what has a number of the series: each print is noted first, so that the second and later
 * ones say that they are copies; what can't be noted is not printed, and that is told.
 */
export const usePrintNumbered = () => {
  const print = useContext(Print)
  const { message } = App.useApp()
  const words = useProblemText()
  return useCallback(
    async ({ complexId, receiptNo }: Numbered, sheetOf: (copyNo: number) => ReactNode) => {
      try {
        const noted = await call<Static<typeof ReceiptPrints>>(`/receipts/${receiptNo}/prints`, {
          method: 'POST',
          body: { complexId },
          requestId: newRequestId(),
        })
        print(sheetOf(Math.max(1, ...noted.prints.map(({ copyNo }) => copyNo))))
      } catch (error) {
        void message.error(words(problemOf(error)))
      }
    },
    [print, message, words],
  )
}

/** Prints a receipt on the paper of this workstation. */
export const usePrint = () => {
  const print = usePrintNumbered()
  return useCallback(
    (receipt: Receipt) =>
      void print(receipt, (copyNo) => (
        <ReceiptSheet receipt={receipt} paper={rememberedPaper()} copyNo={copyNo} />
      )),
    [print],
  )
}

const printRoot = (): HTMLElement => {
  const known = document.getElementById('print-root')
  if (known) return known
  const made = document.createElement('div')
  made.id = 'print-root'
  document.body.append(made)
  return made
}

/** Printed again even where it is the same sheet. */
type Job = { sheet: ReactNode }

export const PrintProvider = ({ children }: { children: ReactNode }) => {
  const { say } = useText()
  const { message } = App.useApp()
  const [job, setJob] = useState<Job | null>(null)
  const print = useCallback((sheet: ReactNode) => setJob({ sheet }), [])
  useEffect(() => {
    if (!job) return
    onNextFrame(() => {
      try {
        window.print()
      } catch {
        message.error(say('receipt.printFailed'))
      }
    })
  }, [job, message, say])
  useEffect(() => {
    // What the browser prints later by itself is the page, not this sheet once more.
    const clear = () => setJob(null)
    window.addEventListener('afterprint', clear)
    return () => window.removeEventListener('afterprint', clear)
  }, [])
  return (
    <Print value={print}>
      {children}
      {job ? createPortal(job.sheet, printRoot()) : null}
    </Print>
  )
}
