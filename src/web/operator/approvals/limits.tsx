// What each operator may move alone 操作员限额: above it a second person has to agree.

import { Button } from 'antd'
import { useState } from 'react'
import type { OperatorLimit } from '../../../http/contract/approvals.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, RmbField } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { fenOf, typedYuan } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useLimits, useSetLimit } from './approval-data.ts'
import { needIn, Waiting } from './waiting.tsx'

const typed = (limitFen: number | null): string => (limitFen === null ? '' : typedYuan(limitFen))

type LimitDialogProps = { complexId: number; limit: OperatorLimit; onClose: () => void }

const LimitDialog = ({ complexId, limit, onClose }: LimitDialogProps) => {
  const { say } = useText()
  const [sale, setSale] = useState(() => typed(limit.saleFen))
  const [payout, setPayout] = useState(() => typed(limit.payoutFen))
  const set = useSetLimit()
  const need = needIn(set.error)
  const { operatorId } = limit
  const body = { complexId, operatorId, saleFen: fenOf(sale), payoutFen: fenOf(payout) }
  const confirm = (approvalId?: string) => {
    if (set.isPending) return
    set.mutate({ ...body, ...(approvalId !== undefined && { approvalId }) }, { onSuccess: onClose })
  }
  const typing = (put: (text: string) => void) => (text: string) => {
    set.reset()
    put(text)
  }
  return (
    <Confirm
      open
      title={`${say('limit.title')} ${limit.name}`}
      confirmText={say('limit.save')}
      allowed={need === null}
      busy={set.isPending}
      error={need === null ? set.error : null}
      onConfirm={() => confirm()}
      onCancel={onClose}
    >
      <ActForm>
        <RmbField
          id="limit-sale"
          label={say('limit.sale')}
          text={sale}
          onText={typing(setSale)}
          hint={say('limit.empty')}
        />
        <RmbField
          id="limit-payout"
          label={say('limit.payout')}
          text={payout}
          onText={typing(setPayout)}
          hint={say('limit.empty')}
        />
      </ActForm>
      {need ? (
        <Waiting
          complexId={complexId}
          need={need}
          request={{ operation: 'operator.limit', complexId, body }}
          onAgreed={confirm}
        />
      ) : null}
    </Confirm>
  )
}

const Amount = ({ fen }: { fen: number | null }) => {
  const { say } = useText()
  return fen === null ? say('limit.none') : <Money fen={fen} unit />
}

export const Limits = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useLimits(complexId)
  const [editing, setEditing] = useState<OperatorLimit | null>(null)
  if (error && !data) return <ProblemAlert error={error} onRetry={() => refetch()} />
  return (
    <>
      <DataTable<OperatorLimit>
        label={say('limit.title')}
        rows={data?.items ?? null}
        rowKey={(limit) => limit.operatorId}
        emptyText={say('limit.noOperators')}
        columns={[
          { key: 'name', title: say('shift.operator'), render: (l) => <Name>{l.name}</Name> },
          { key: 'user', title: say('login.username'), render: (l) => <Name>{l.username}</Name> },
          {
            key: 'sale',
            title: say('limit.sale'),
            align: 'right',
            render: (l) => <Amount fen={l.saleFen} />,
          },
          {
            key: 'payout',
            title: say('limit.payout'),
            align: 'right',
            render: (l) => <Amount fen={l.payoutFen} />,
          },
          {
            key: 'edit',
            title: say('reduction.act'),
            render: (l) => (
              <Button size="small" onClick={() => setEditing(l)}>
                {say('limit.edit')}
              </Button>
            ),
          },
        ]}
      />
      {editing ? (
        <LimitDialog complexId={complexId} limit={editing} onClose={() => setEditing(null)} />
      ) : null}
    </>
  )
}
