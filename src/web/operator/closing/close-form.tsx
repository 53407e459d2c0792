// Beginning to close 销户申请: why, how money goes back, and what it would be as the server says
// before anything is done.

import { Alert, Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { AccountLife, CloseAccount, CloseReason } from '../../../http/contract/account-life.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { MethodChoice } from '../../ui/method-choice.tsx'
import type { Method } from '../../ui/methods.ts'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useClose } from '../accounts/life-data.ts'
import styles from './closing.module.css'
import { SettlementFacts } from './settlement.tsx'

/** Handing over has its own way in. */
const REASONS = [
  'leaseEnded',
  'movedOut',
  'renovation',
  'openedByMistake',
  'other',
] as const satisfies readonly CloseReason[]

type Fields = { method: Method; reasonCode: CloseReason | null; note: string }

const bodyOf = ({ method, reasonCode, note }: Fields): CloseAccount | null => {
  const why = note.trim()
  if (reasonCode === null || (reasonCode === 'other' && why === '')) return null
  return { method, reasonCode, ...(why === '' ? {} : { note: why }) }
}

/** What its meters showed last; null where one was never read. */
const heldIn = ({ meters }: Account): number | null =>
  meters.reduce<number | null>(
    (sum, { balanceFen }) => (sum === null || balanceFen === null ? null : sum + balanceFen),
    0,
  )

const CloseFields = ({ fields, change }: FieldsProps<Fields>) => {
  const { say } = useText()
  return (
    <ActForm>
      <Form.Item label={say('closing.reason')} htmlFor="close-reason">
        <Select
          id="close-reason"
          value={fields.reasonCode}
          onChange={(reasonCode) => change({ reasonCode })}
          options={REASONS.map((value) => ({ value, label: say(`closeReason.${value}`) }))}
        />
      </Form.Item>
      <Form.Item label={say('transfer.method')}>
        <MethodChoice value={fields.method} onChoose={(method) => change({ method })} />
      </Form.Item>
      <TextField
        id="close-note"
        label={say(fields.reasonCode === 'other' ? 'payout.noteNeeded' : 'payout.note')}
        text={fields.note}
        onText={(note) => change({ note })}
        maxLength={500}
      />
    </ActForm>
  )
}

export const CloseForm = ({ account, life }: { account: Account; life: AccountLife }) => {
  const { say } = useText()
  const [fields, setFields] = useState<Fields>({ method: 'cash', reasonCode: null, note: '' })
  const dry = useClose(account.accountId)
  const close = useClose(account.accountId)
  const body = bodyOf(fields)
  const inMeters = account.mode === 'meter' ? { inMetersFen: heldIn(account) } : {}
  const begin = () => {
    if (body && !close.isPending) close.mutate(body)
  }
  return (
    <div className={layout.withAside}>
      <Card title={say('closing.begin')}>
        <div className={styles.lead}>
          <Alert type="info" showIcon title={say('closing.lead')} />
        </div>
        <CloseFields fields={fields} change={(part) => setFields({ ...fields, ...part })} />
        {dry.error ? <ProblemAlert error={dry.error} /> : null}
        <Button
          type="primary"
          size="large"
          disabled={body === null}
          loading={dry.isPending}
          onClick={() => body && dry.mutate({ ...body, dryRun: true })}
        >
          {say('payout.check')}
        </Button>
      </Card>
      <Card title={say('closing.settlement')}>
        <SettlementFacts settlement={life.settlement} {...inMeters} />
      </Card>
      <Confirm
        open={dry.data !== undefined}
        title={`${say('closing.title')} ${account.accountNo} ${account.tenant}`}
        confirmText={say('closing.begin')}
        danger
        allowed={body !== null}
        busy={close.isPending}
        error={close.error}
        onConfirm={begin}
        onCancel={() => dry.reset()}
      >
        {dry.data ? <SettlementFacts settlement={dry.data.settlement} {...inMeters} /> : null}
        <Alert type="warning" showIcon title={say('closing.sure')} />
      </Confirm>
    </div>
  )
}
