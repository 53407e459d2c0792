// Erasing who left 清除个人信息: what goes and what stays is shown before it is done; it can't be taken
// back.

import { Skeleton } from 'antd'
import type { Departed } from '../../../http/contract/privacy.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useErase, useErasure } from './privacy-data.ts'

type EraseProps = { complexId: number; tenant: Departed; onDone: () => void }

const FIELDS = ['name', 'nameEn', 'phone', 'contact', 'licenceNo', 'note'] as const

export const EraseDialog = ({ complexId, tenant, onDone }: EraseProps) => {
  const { say } = useText()
  const { data, error } = useErasure(complexId, tenant.tenantId)
  const act = useErase(tenant.tenantId)
  const fields = FIELDS.filter((field) => data?.fields.includes(field))
  return (
    <Confirm
      open
      title={say('privacy.eraseTitle')}
      confirmText={say('privacy.erase')}
      danger
      allowed={data !== undefined}
      busy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate({ complexId }, { onSuccess: onDone })}
      onCancel={onDone}
    >
      <p>
        <Name>{tenant.name}</Name> → {tenant.reference}
      </p>
      {error ? <ProblemAlert error={error} /> : null}
      {data ? (
        <>
          <p>
            {say('privacy.goes')}{' '}
            {fields.map((field) => say(`privacy.field.${field}`)).join(say('privacy.comma'))}
          </p>
          <p>{say('privacy.documents', { n: data.documents })}</p>
          <p>{say('privacy.stays')}</p>
        </>
      ) : null}
      {data || error ? null : <Skeleton active paragraph={{ rows: 2 }} title={false} />}
    </Confirm>
  )
}
