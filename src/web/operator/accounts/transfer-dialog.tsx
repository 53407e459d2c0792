// Handing over to another tenant 过户: settled, which closes this account and opens the next, or with
// its money by a written agreement. The next tenant never sees what was before.

import { useNavigate } from '@tanstack/react-router'
import { Alert, Form, Radio } from 'antd'
import { useState } from 'react'
import type { TransferAccount } from '../../../http/contract/account-life.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { MethodChoice } from '../../ui/method-choice.tsx'
import type { Method } from '../../ui/methods.ts'
import styles from './accounts.module.css'
import { useTransfer } from './life-data.ts'
import { isPhone, NO_TENANT, TenantFields, type TenantText } from './tenant-fields.tsx'

type HandOver = TransferAccount['handOver']
const HAND_OVERS = ['settled', 'moneyStays'] as const satisfies readonly HandOver[]

type Fields = { tenant: TenantText; handOver: HandOver; method: Method; note: string }

/** What is asked of the server; null where something is still missing. */
const bodyOf = ({ tenant, handOver, method, note }: Fields): TransferAccount | null => {
  const name = tenant.name.trim()
  const phone = tenant.phone.trim()
  if (name === '' || note.trim() === '' || (phone !== '' && !isPhone(phone))) return null
  return {
    tenant: {
      name,
      ...(phone === '' ? {} : { phone }),
      nameEn: tenant.nameEn.trim(),
      contact: tenant.contact.trim(),
      licenceNo: tenant.licenceNo.trim(),
      note: tenant.note.trim(),
    },
    handOver,
    note: note.trim(),
    ...(handOver === 'settled' ? { method } : {}),
  }
}

const HowFields = ({ fields, change }: FieldsProps<Fields>) => {
  const { say } = useText()
  return (
    <>
      <Form.Item label={say('transfer.how')}>
        <Radio.Group
          className={layout.choices}
          value={fields.handOver}
          onChange={(event) => change({ handOver: event.target.value })}
        >
          {HAND_OVERS.map((each) => (
            <Radio key={each} value={each}>
              <strong>{say(`transfer.${each}`)}</strong> {say(`transfer.why.${each}`)}
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      {fields.handOver === 'settled' ? (
        <Form.Item label={say('transfer.method')}>
          <MethodChoice value={fields.method} onChoose={(method) => change({ method })} />
        </Form.Item>
      ) : null}
      <TextField
        id="transfer-note"
        label={say(`transfer.note.${fields.handOver}`)}
        text={fields.note}
        onText={(note) => change({ note })}
        maxLength={500}
      />
    </>
  )
}

export const TransferDialog = ({ account, onClose }: { account: Account; onClose: () => void }) => {
  const { say } = useText()
  const navigate = useNavigate()
  const transfer = useTransfer(account.accountId)
  const [fields, setFields] = useState<Fields>({
    tenant: NO_TENANT,
    handOver: 'settled',
    method: 'cash',
    note: '',
  })
  const change = (part: Partial<Fields>) => setFields({ ...fields, ...part })
  const body = bodyOf(fields)
  const confirm = () => {
    if (body === null || transfer.isPending) return
    transfer.mutate(body, {
      onSuccess: ({ closing }) => {
        onClose()
        // A settled hand-over is a closing that goes on meter by meter.
        if (closing === null) return
        void navigate({
          to: '/accounts/$accountId/close',
          params: { accountId: String(account.accountId) },
        })
      },
    })
  }
  return (
    <Confirm
      open
      title={`${say('transfer.title')} ${account.accountNo}`}
      confirmText={say('transfer.title')}
      danger
      widthPx={720}
      allowed={body !== null}
      busy={transfer.isPending}
      error={transfer.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <Alert type="info" showIcon title={say('transfer.lead', { tenant: account.tenant })} />
        <h3 className={styles.partTitle}>{say('transfer.next')}</h3>
        <TenantFields text={fields.tenant} onText={(tenant) => change({ tenant })} />
        <HowFields fields={fields} change={change} />
      </ActForm>
    </Confirm>
  )
}
