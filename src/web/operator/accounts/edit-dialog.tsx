// Changing tenant data and limits 用户信息修改: what was changed, by whom and why stays in the history.

import { Form } from 'antd'
import { useState } from 'react'
import type { AccountLife, EditAccount } from '../../../http/contract/account-life.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { signedFenOf, typedYuan } from '../../ui/money-text.ts'
import { RmbInput } from '../../ui/rmb-input.tsx'
import styles from './accounts.module.css'
import { useEdit } from './life-data.ts'
import { isPhone, TenantFields, type TenantText, tenantChange } from './tenant-fields.tsx'

type Supply = AccountLife['supplies'][number]
const LIMITS = ['alarm1Fen', 'alarm2Fen', 'overdraftFen', 'hoardingFen'] as const
type Limit = (typeof LIMITS)[number]
type LimitText = Record<Limit, string>

const textOf = (supply: Supply): LimitText => ({
  alarm1Fen: typedYuan(supply.alarm1Fen),
  alarm2Fen: typedYuan(supply.alarm2Fen),
  overdraftFen: typedYuan(supply.overdraftFen),
  hoardingFen: typedYuan(supply.hoardingFen),
})

type SupplyChange = NonNullable<EditAccount['supplies']>[number]

/** What differs from before; null where a field holds no amount. */
const limitChange = (supply: Supply, text: LimitText): SupplyChange | null => {
  const change: SupplyChange = { meterId: supply.meterId }
  for (const limit of LIMITS) {
    const limitFen = signedFenOf(text[limit])
    if (limitFen === null) return null
    if (limitFen !== supply[limit]) change[limit] = limitFen
  }
  return change
}

const SupplyFields = ({
  supply,
  text,
  onText,
}: {
  supply: Supply
  text: LimitText
  onText: (next: LimitText) => void
}) => {
  const { say } = useText()
  return (
    <fieldset className={styles.supply}>
      <legend>
        {say('sale.meterNo')} {supply.meterNo}
      </legend>
      <div className={styles.openFields}>
        {LIMITS.map((limit) => (
          <Form.Item
            key={limit}
            label={say(`supply.${limit}`)}
            htmlFor={`${limit}-${supply.meterId}`}
          >
            <RmbInput
              id={`${limit}-${supply.meterId}`}
              label={say(`supply.${limit}`)}
              text={text[limit]}
              disabled={limit === 'overdraftFen' && !supply.overdraftEditable}
              onText={(next) => onText({ ...text, [limit]: next })}
            />
          </Form.Item>
        ))}
      </div>
    </fieldset>
  )
}

const tenantText = ({ tenant }: AccountLife): TenantText => ({
  name: tenant.name,
  nameEn: tenant.nameEn,
  phone: '',
  contact: tenant.contact,
  licenceNo: tenant.licenceNo,
  note: tenant.note,
})

type Limits = Record<number, LimitText>

const editOf = (
  life: AccountLife,
  tenant: TenantText,
  limits: Limits,
  reason: string,
): EditAccount | null => {
  const who = tenantChange(tenantText(life), tenant)
  if (tenant.name.trim() === '' || (tenant.phone !== '' && !isPhone(tenant.phone))) return null
  const supplies: SupplyChange[] = []
  for (const supply of life.supplies) {
    const change = limitChange(supply, limits[supply.meterId] ?? textOf(supply))
    if (change === null) return null
    if (Object.keys(change).length > 1) supplies.push(change)
  }
  if (Object.keys(who).length === 0 && supplies.length === 0) return null
  return {
    ...(Object.keys(who).length > 0 ? { tenant: who } : {}),
    ...(supplies.length > 0 ? { supplies } : {}),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  }
}

export const EditDialog = ({ life, onClose }: { life: AccountLife; onClose: () => void }) => {
  const { say } = useText()
  const [tenant, setTenant] = useState(() => tenantText(life))
  const [limits, setLimits] = useState<Limits>({})
  const [reason, setReason] = useState('')
  const edit = useEdit(life.accountId)
  const body = editOf(life, tenant, limits, reason)
  const confirm = () => {
    if (body && !edit.isPending) edit.mutate(body, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say('account.edit')}
      confirmText={say('limit.save')}
      widthPx={720}
      allowed={body !== null}
      busy={edit.isPending}
      error={edit.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <TenantFields text={tenant} phoneNow={life.tenant.phoneMasked} onText={setTenant} />
        {life.supplies.map((supply) => (
          <SupplyFields
            key={supply.meterId}
            supply={supply}
            text={limits[supply.meterId] ?? textOf(supply)}
            onText={(next) => setLimits({ ...limits, [supply.meterId]: next })}
          />
        ))}
        <TextField
          id="edit-reason"
          label={say('account.editReason')}
          text={reason}
          onText={setReason}
          maxLength={200}
        />
      </ActForm>
    </Confirm>
  )
}
