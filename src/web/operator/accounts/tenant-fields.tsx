// The fields of a tenant 商户资料, typed as text; the server learns only of what was changed.

import { Form, Input } from 'antd'
import type { TenantChange } from '../../../http/contract/account-life.ts'
import { useText } from '../../text/i18n.ts'
import styles from './accounts.module.css'

export const TENANT_FIELDS = ['name', 'nameEn', 'phone', 'contact', 'licenceNo', 'note'] as const
export type TenantField = (typeof TENANT_FIELDS)[number]
export type TenantText = Record<TenantField, string>

export const NO_TENANT: TenantText = {
  name: '',
  nameEn: '',
  phone: '',
  contact: '',
  licenceNo: '',
  note: '',
}

const PHONE = /^\+?[0-9]{6,15}$/

export const isPhone = (text: string): boolean => PHONE.test(text)

/** What differs from before; the phone is only ever shown by its end, so empty means unchanged. */
export const tenantChange = (before: TenantText, now: TenantText): TenantChange => {
  const change: TenantChange = {}
  for (const field of TENANT_FIELDS) {
    const text = now[field].trim()
    if (field === 'phone' ? text !== '' : text !== before[field]) change[field] = text
  }
  return change
}

const MAX: Record<TenantField, number> = {
  name: 100,
  nameEn: 100,
  phone: 16,
  contact: 100,
  licenceNo: 100,
  note: 1000,
}

type TenantFieldsProps = {
  text: TenantText
  phoneNow?: string | null
  onText: (next: TenantText) => void
}

export const TenantFields = ({ text, phoneNow, onText }: TenantFieldsProps) => {
  const { say } = useText()
  return (
    <div className={styles.openFields}>
      {TENANT_FIELDS.map((field) => (
        <Form.Item
          key={field}
          label={say(`tenant.${field}`)}
          htmlFor={`tenant-${field}`}
          {...(field === 'phone' && text.phone !== '' && !isPhone(text.phone)
            ? { validateStatus: 'error' as const, help: say('account.phoneWrong') }
            : {})}
        >
          <Input
            id={`tenant-${field}`}
            value={text[field]}
            maxLength={MAX[field]}
            placeholder={field === 'phone' ? (phoneNow ?? '') : ''}
            onChange={(event) => onText({ ...text, [field]: event.target.value })}
          />
        </Form.Item>
      ))}
    </div>
  )
}
