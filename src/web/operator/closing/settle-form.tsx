// Paying out or collecting at the end of a closing 结算收付, and taking a closing back while it may be.

import { Button } from 'antd'
import { useState } from 'react'
import type { Closing } from '../../../http/contract/account-life.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import layout from '../../ui/layout.module.css'
import { MethodChoice } from '../../ui/method-choice.tsx'
import type { Method } from '../../ui/methods.ts'
import { Money } from '../../ui/money.tsx'
import { useAbortClosing, usePayClosing } from '../accounts/life-data.ts'
import { needIn, Waiting } from '../approvals/waiting.tsx'
import { useComplex } from '../complex.tsx'
import { VoucherSheet } from '../payouts/voucher-sheet.tsx'
import { usePrint, usePrintNumbered } from '../receipt/print.tsx'

/** pay, collect, or nothing to do either way. */
const actOf = (netFen: number) => (netFen > 0 ? 'pay' : netFen < 0 ? 'collect' : 'finish')

type Settling = { accountId: number; closing: Closing }

/** Pays or collects, and prints what came of it. */
const useSettling = ({ accountId, closing }: Settling, method: Method, onDone: () => void) => {
  const print = usePrint()
  const printNumbered = usePrintNumbered()
  const pay = usePayClosing(accountId)
  const body = { method, expectedNetFen: closing.settlement.netFen }
  const run = (approvalId?: string) => {
    if (pay.isPending) return
    pay.mutate(approvalId === undefined ? body : { ...body, approvalId }, {
      onSuccess: ({ voucher, receipt }) => {
        onDone()
        if (voucher) {
          void printNumbered(voucher, (copyNo) => (
            <VoucherSheet voucher={voucher} copyNo={copyNo} />
          ))
        }
        if (receipt) print(receipt)
      },
    })
  }
  return { pay, run, need: needIn(pay.error) }
}

export const SettleForm = (settling: Settling) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { accountId, closing } = settling
  const [method, setMethod] = useState<Method>(closing.method)
  const [sure, setSure] = useState(false)
  const { pay, run, need } = useSettling(settling, method, () => setSure(false))
  const { netFen } = closing.settlement
  const act = actOf(netFen)
  return (
    <div className={layout.stack}>
      {netFen === 0 ? null : <MethodChoice value={method} onChoose={setMethod} />}
      <div>
        <Button type="primary" size="large" data-testid="closing-pay" onClick={() => setSure(true)}>
          {say(`closing.do.${act}`)}
        </Button>
      </div>
      <Confirm
        open={sure}
        title={say(`closing.do.${act}`)}
        confirmText={say(`closing.do.${act}`)}
        danger={netFen > 0}
        allowed={need === null}
        busy={pay.isPending}
        error={need === null ? pay.error : null}
        onConfirm={() => run()}
        onCancel={() => {
          setSure(false)
          pay.reset()
        }}
      >
        <p>
          {say(`method.${method}`)} <Money fen={Math.abs(netFen)} unit strong />
        </p>
        {need === null ? null : (
          <Waiting
            complexId={complexId}
            need={need}
            request={{ operation: 'account.close', accountId, method, amountFen: netFen }}
            onAgreed={run}
          />
        )}
      </Confirm>
    </div>
  )
}

export const AbortClosing = ({ accountId }: { accountId: number }) => {
  const { say } = useText()
  const [asking, setAsking] = useState(false)
  const abort = useAbortClosing(accountId)
  return (
    <div>
      <Button onClick={() => setAsking(true)}>{say('closing.abort')}</Button>
      <Confirm
        open={asking}
        title={say('closing.abort')}
        confirmText={say('closing.abort')}
        allowed
        busy={abort.isPending}
        error={abort.error}
        onConfirm={() => abort.mutate({}, { onSuccess: () => setAsking(false) })}
        onCancel={() => setAsking(false)}
      >
        <p>{say('closing.abortText')}</p>
      </Confirm>
    </div>
  )
}
