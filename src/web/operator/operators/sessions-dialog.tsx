// The sessions of an operator 操作员会话, as an administrator sees and ends them.

import { Button, Modal } from 'antd'
import type { OperatorItem, OperatorSession } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useEndSessionOf, useSessionsOf } from './operator-data.ts'

export const SessionsDialog = ({
  operator: { operatorId, username },
  onClose,
}: {
  operator: OperatorItem
  onClose: () => void
}) => {
  const { say } = useText()
  const mayEnd = useMay('operator.edit')
  const { data, error } = useSessionsOf(operatorId)
  const end = useEndSessionOf(operatorId)
  const columns: Column<OperatorSession>[] = [
    { key: 'from', title: say('audit.from'), render: (s) => s.address },
    { key: 'since', title: say('me.since'), render: (s) => <When at={s.createdAt} /> },
    { key: 'seen', title: say('me.seen'), render: (s) => <When at={s.seenAt} /> },
  ]
  const act: Column<OperatorSession> = {
    key: 'act',
    title: say('op.acts'),
    render: (s) => (
      <Button
        size="small"
        loading={end.isPending && end.variables === s.sessionId}
        onClick={() => end.mutate(s.sessionId)}
      >
        {say('me.end')}
      </Button>
    ),
  }
  return (
    <Modal
      open
      title={
        <>
          {say('op.sessionsOf')} <Name>{username}</Name>
        </>
      }
      width={680}
      footer={null}
      onCancel={onClose}
      destroyOnHidden
    >
      {error || end.error ? <ProblemAlert error={error ?? end.error} /> : null}
      <DataTable<OperatorSession>
        label={say('op.sessions')}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={(session) => session.sessionId}
        emptyText={say('me.noSessions')}
        columns={mayEnd ? [...columns, act] : columns}
      />
    </Modal>
  )
}
