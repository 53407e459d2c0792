// Refund, reversal and paying out 退电 / 冲正 / 付款: first what would happen, then a second person where
// one is needed, then the act; money that lies in a meter is paid once the meter has given it up.

import { Alert, Button, Modal } from 'antd'
import { useCallback, useRef, useState } from 'react'
import type { PayoutAnswer } from '../../../http/contract/payouts.ts'
import { useText } from '../../text/i18n.ts'
import { monoMs } from '../../ui/clock.ts'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { needIn, Waiting } from '../approvals/waiting.tsx'
import { useComplex } from '../complex.tsx'
import {
  answerOf,
  approvalOf,
  bodyOf,
  type PayoutBody,
  type Subject,
  usePayout,
} from './payout-data.ts'
import { PayoutDone } from './payout-done.tsx'
import { PayoutForm, startOf } from './payout-fields.tsx'
import styles from './payouts.module.css'

/** A second click that comes sooner belongs to the first. */
const DOUBLE_CLICK_MS = 700

const About = ({ subject }: { subject: Subject }) => {
  const { say } = useText()
  switch (subject.kind) {
    case 'refund':
      return (
        <Facts
          rows={[
            [say('account.no'), subject.account.accountNo],
            [say('account.tenant'), <Name key="t">{subject.account.tenant}</Name>],
          ]}
        />
      )
    case 'payable':
      return (
        <Facts
          rows={[
            [say('account.no'), subject.account.accountNo],
            [say('account.tenant'), <Name key="t">{subject.account.tenant}</Name>],
            [say('payable.unclaimed'), <Money key="u" fen={subject.unclaimedFen} unit strong />],
          ]}
        />
      )
    case 'reverse':
      return (
        <Facts
          rows={[
            [say('sale.receiptNo'), subject.sale.receiptNo],
            [say('account.tenant'), <Name key="t">{subject.sale.tenant}</Name>],
            [say('sale.paid'), <Money key="p" fen={subject.sale.paidFen} unit strong />],
          ]}
        />
      )
    case 'pay':
      return (
        <Facts
          rows={[
            [say('account.no'), subject.reduction.accountNo],
            [say('account.tenant'), <Name key="t">{subject.reduction.tenant}</Name>],
            [say('sale.meterNo'), subject.reduction.meterNo],
            [say('payout.taken'), <Money key="a" fen={subject.reduction.takenFen} unit strong />],
          ]}
        />
      )
  }
}

/** What the dry run computed. */
const Preview = ({ answer }: { answer: PayoutAnswer }) => {
  const { say } = useText()
  const { payout, amountFen, state } = answer
  return (
    <div className={styles.preview} data-testid="payout-preview">
      <span>{say('payout.willPay')}</span>
      <b>{amountFen === null ? say('payout.meterTells') : <Money fen={amountFen} unit strong />}</b>
      <Facts
        rows={[
          payout === null
            ? null
            : [
                say('payout.balance'),
                <span key="b">
                  <Money fen={payout.balanceBeforeFen} unit /> →{' '}
                  <Money fen={payout.balanceAfterFen} unit />
                </span>,
              ],
          payout === null || payout.serviceFeeFen === 0
            ? null
            : [say('payout.fee'), <Money key="s" fen={payout.serviceFeeFen} unit />],
          payout === null || payout.carryFen === 0
            ? null
            : [say('payout.carryBack'), <Money key="c" fen={payout.carryFen} unit />],
        ]}
      />
      <Alert
        type="info"
        showIcon
        title={say(state === 'pending' ? 'payout.willWait' : 'payout.atOnce')}
      />
    </div>
  )
}

const usePayoutFlow = (complexId: number, subject: Subject) => {
  const dry = usePayout(complexId, subject)
  const act = usePayout(complexId, subject)
  // Paying what a meter gave up has no dry run: the amount stands already.
  const checked = subject.kind === 'pay' || dry.data !== undefined
  const checkedAt = useRef(Number.NEGATIVE_INFINITY)
  const check = (body: PayoutBody) =>
    dry.mutate(
      { ...body, dryRun: true },
      {
        onSuccess: () => {
          checkedAt.current = monoMs()
        },
      },
    )
  /** The second click of a double click on the check is no decision. */
  const meant = () => monoMs() - checkedAt.current > DOUBLE_CLICK_MS
  const { mutate } = act
  const run = useCallback((body: PayoutBody) => mutate(body), [mutate])
  const back = () => {
    dry.reset()
    act.reset()
  }
  const preview = answerOf(dry.data)
  const done = answerOf(act.data)
  const need = preview?.approval ?? needIn(act.error)
  const error = dry.error ?? (needIn(act.error) ? null : act.error)
  return { checked, check, meant, run, back, need, error, preview, done, act, dry }
}

type Flow = ReturnType<typeof usePayoutFlow>

const Buttons = ({
  flow,
  subject,
  body,
  onClose,
}: {
  flow: Flow
  subject: Subject
  body: PayoutBody | null
  onClose: () => void
}) => {
  const { say } = useText()
  if (flow.done) {
    return (
      <Button type="primary" onClick={onClose}>
        {say('payout.close')}
      </Button>
    )
  }
  return (
    <>
      {flow.preview ? <Button onClick={flow.back}>{say('action.back')}</Button> : null}
      <Button onClick={onClose}>{say('action.cancel')}</Button>
      {flow.checked ? (
        <Button
          key="run"
          type="primary"
          danger
          data-testid="payout-run"
          disabled={body === null || flow.need !== null}
          loading={flow.act.isPending}
          onClick={() => body && flow.meant() && flow.run(body)}
        >
          {say(`payout.do.${subject.kind}`)}
        </Button>
      ) : (
        <Button
          key="check"
          type="primary"
          disabled={body === null}
          loading={flow.dry.isPending}
          onClick={() => body && flow.check(body)}
        >
          {say('payout.check')}
        </Button>
      )}
    </>
  )
}

export const PayoutDialog = ({ subject, onClose }: { subject: Subject; onClose: () => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [fields, setFields] = useState(() => startOf(subject))
  const flow = usePayoutFlow(complexId, subject)
  const body = bodyOf(subject, fields)
  const { run, need, done } = flow
  const goOn = (approvalId: string) => {
    if (body && !flow.act.isPending && !done) run({ ...body, approvalId })
  }
  const editing = !done && flow.preview === undefined && need === null
  return (
    <Modal
      open
      title={say(`payout.title.${subject.kind}`)}
      width={620}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={<Buttons flow={flow} subject={subject} body={body} onClose={onClose} />}
    >
      <div className={layout.stack}>
        <About subject={subject} />
        {editing ? <PayoutForm subject={subject} fields={fields} onFields={setFields} /> : null}
        {flow.preview && !done ? <Preview answer={flow.preview} /> : null}
        {need && body && !done ? (
          <Waiting
            complexId={complexId}
            need={need}
            request={approvalOf(subject, body)}
            onAgreed={goOn}
          />
        ) : null}
        {flow.error ? <ProblemAlert error={flow.error} /> : null}
        {done ? <PayoutDone answer={done} /> : null}
      </div>
    </Modal>
  )
}
