// Selling electricity 售电, by keyboard alone: find, Enter, amount, Enter, look, Enter.

import { getRouteApi } from '@tanstack/react-router'
import { Switch } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert, ProblemError, problemOf } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { RecentPurchases } from '../purchases/recent-purchases.tsx'
import { usePrint } from '../receipt/print.tsx'
import { AmountForm } from './amount-form.tsx'
import { Chosen } from './chosen.tsx'
import { ConfirmPanel, useFocusOf } from './confirm-panel.tsx'
import { FindBox } from './find-box.tsx'
import { LastSale } from './last-sale.tsx'
import styles from './sale.module.css'
import { fetchChoice } from './sale-data.ts'
import type { Choice, SaleEvent } from './sale-flow.ts'
import { type Sold, useEnter, useHotkeys, useSale } from './use-sale.ts'

const route = getRouteApi('/shell/sale')
const AUTO_PRINT = 'prewatt.autoPrint'

/** A link from the board or an account names the meter: it is chosen once and leaves the URL. */
const useLinkedChoice = (send: (event: SaleEvent) => void) => {
  const { complexId } = useComplex()
  const { account, meter } = route.useSearch()
  const navigate = route.useNavigate()
  useEffect(() => {
    if (!account) return
    fetchChoice(complexId, account, meter)
      .then((choice) => choice && send({ kind: 'chosen', choice }))
      .catch((error) => send({ kind: 'refused', problem: problemOf(error) }))
    void navigate({ search: {}, replace: true })
  }, [account, meter, complexId, send, navigate])
}

const Shortcuts = () => {
  const { say } = useText()
  return (
    <p className={styles.keys}>
      <kbd>Enter</kbd> {say('sale.keyEnter')} <kbd>Esc</kbd> {say('action.back')} <kbd>F2</kbd>{' '}
      {say('sale.keyNew')} <kbd>F4</kbd> {say('sale.method')} <kbd>F8</kbd> {say('sale.keyReprint')}
    </p>
  )
}

const AutoPrint = ({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) => {
  const { say } = useText()
  return (
    <span className={styles.autoPrint}>
      <Switch id="auto-print" size="small" checked={on} onChange={onChange} />
      <label htmlFor="auto-print">{say('sale.autoPrint')}</label>
    </span>
  )
}

const useAutoPrint = () => {
  const [on, setOn] = useState(() => localStorage.getItem(AUTO_PRINT) === 'on')
  const set = (next: boolean) => {
    localStorage.setItem(AUTO_PRINT, next ? 'on' : 'off')
    setOn(next)
  }
  return { on, set }
}

/** The counter: one step at a time, and the sale just made below it. */
const Counter = ({ autoPrint }: { autoPrint: boolean }) => {
  const print = usePrint()
  const [sold, setSold] = useState<Sold | null>(null)
  const onSold = useCallback(
    (next: Sold) => {
      setSold(next)
      if (autoPrint) print(next.answer.receipt)
    },
    [autoPrint, print],
  )
  const flow = useSale(onSold)
  const { sale, send, check, sell } = flow
  const reprint = useCallback(() => sold && print(sold.answer.receipt), [sold, print])
  const choose = useCallback((choice: Choice) => send({ kind: 'chosen', choice }), [send])
  useLinkedChoice(send)
  useHotkeys({ ...flow, reprint })
  const onKeyDownCapture = useEnter(flow)
  const focus = useFocusOf(sale)
  const confirming = sale.step === 'confirm' || sale.step === 'selling'
  return (
    <div className={styles.counter} data-step={sale.step} onKeyDownCapture={onKeyDownCapture}>
      <Shortcuts />
      {sale.step === 'find' ? <FindBox ref={focus.find} onChoose={choose} /> : null}
      {sale.choice ? <Chosen choice={sale.choice} /> : null}
      {sale.choice && !confirming ? (
        <AmountForm ref={focus.amount} sale={sale} send={send} onCheck={check} />
      ) : null}
      {sale.preview && confirming ? (
        <ConfirmPanel
          ref={focus.panel}
          sale={sale}
          receipt={sale.preview}
          send={send}
          onSell={sell}
        />
      ) : null}
      {sale.problem && !confirming ? <ProblemAlert error={new ProblemError(sale.problem)} /> : null}
      {sold ? <LastSale sold={sold} onPrint={reprint} /> : null}
    </div>
  )
}

export const SalePage = () => {
  const { say } = useText()
  const autoPrint = useAutoPrint()
  return (
    <Page title={say('nav.sale')} tools={<AutoPrint on={autoPrint.on} onChange={autoPrint.set} />}>
      <div className={styles.columns}>
        <Counter autoPrint={autoPrint.on} />
        <Card title={say('sale.recent')}>
          <RecentPurchases filter={{}} limit={12} />
        </Card>
      </div>
    </Page>
  )
}
