// Money that nobody has claimed 待退款: what a closing or a swap that was called off has left is paid
// out, or put back where it came from.

import { Alert, Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { PayableUsed, UsePayable } from '../../../http/contract/payouts.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { useAct } from '../api/act.ts'
import { useMay } from '../api/session-store.ts'
import { PayoutDialog } from '../payouts/payout-dialog.tsx'

const RENEWS = [['life'], ['account'], ['purchases'], ['history']] as const

type AboutProps = { account: Account; unclaimedFen: number }

const PutBack = ({ account, unclaimedFen, onClose }: AboutProps & { onClose: () => void }) => {
  const { say } = useText()
  const { meters, mode } = account
  const [meterId, setMeterId] = useState(meters.length === 1 ? meters[0]?.meterId : undefined)
  const act = useAct<UsePayable, PayableUsed>(`/accounts/${account.accountId}/payable`, {
    renews: RENEWS,
  })
  const needsMeter = mode === 'meter'
  const confirm = () => {
    if (act.isPending) return
    const body = { use: 'putBack' as const, amountFen: unclaimedFen }
    act.mutate(needsMeter && meterId !== undefined ? { ...body, meterId } : body, {
      onSuccess: onClose,
    })
  }
  return (
    <Confirm
      open
      title={say('payable.putBack')}
      confirmText={say('payable.putBack')}
      allowed={!needsMeter || meterId !== undefined}
      busy={act.isPending}
      error={act.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <p>
        {say(needsMeter ? 'payable.intoMeter' : 'payable.ontoBalance')}{' '}
        <Money fen={unclaimedFen} unit strong />
      </p>
      {needsMeter && meters.length > 1 ? (
        <ActForm>
          <Form.Item label={say('sale.meterNo')} htmlFor="put-back-meter">
            <Select
              id="put-back-meter"
              value={meterId}
              onChange={setMeterId}
              options={meters.map((meter) => ({
                value: meter.meterId,
                label: `${meter.premises} ${meter.meterNo}`,
              }))}
            />
          </Form.Item>
        </ActForm>
      ) : null}
    </Confirm>
  )
}

export const Unclaimed = (about: AboutProps) => {
  const { say } = useText()
  const may = useMay('payout.make')
  const [doing, setDoing] = useState<'payOut' | 'putBack' | null>(null)
  const close = () => setDoing(null)
  if (about.unclaimedFen === 0) return null
  return (
    <>
      <Alert
        type="warning"
        showIcon
        data-testid="unclaimed"
        title={
          <>
            {say('payable.unclaimed')} <Money fen={about.unclaimedFen} unit strong />
          </>
        }
        description={say('payable.text')}
        action={
          may ? (
            <span className={layout.line}>
              <Button onClick={() => setDoing('payOut')}>{say('payable.payOut')}</Button>
              <Button onClick={() => setDoing('putBack')}>{say('payable.putBack')}</Button>
            </span>
          ) : null
        }
      />
      {doing === 'payOut' ? (
        <PayoutDialog subject={{ kind: 'payable', ...about }} onClose={close} />
      ) : null}
      {doing === 'putBack' ? <PutBack {...about} onClose={close} /> : null}
    </>
  )
}
