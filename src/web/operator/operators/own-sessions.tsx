// One's own sessions 我的会话: where one is logged in, ended one by one.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import type { OwnSession } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Card } from '../../ui/page.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { endOwnSession, OWN_SESSIONS, useOwnSessions } from './operator-data.ts'

export const OwnSessions = () => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { data, error } = useOwnSessions()
  const end = useMutation({
    mutationFn: endOwnSession,
    onSuccess: () => client.invalidateQueries({ queryKey: OWN_SESSIONS }),
    onError: (failed) => void message.error(words(problemOf(failed))),
  })
  return (
    <Card title={say('me.sessions')}>
      <DataTable<OwnSession>
        label={say('me.sessions')}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={(session) => session.sessionId}
        emptyText={say('me.noSessions')}
        columns={[
          { key: 'from', title: say('audit.from'), render: (s) => s.address },
          { key: 'since', title: say('me.since'), render: (s) => <When at={s.createdAt} /> },
          { key: 'seen', title: say('me.seen'), render: (s) => <When at={s.seenAt} /> },
          { key: 'until', title: say('me.until'), render: (s) => <When at={s.expiresAt} /> },
          {
            key: 'act',
            title: say('op.acts'),
            render: (s) =>
              s.current ? (
                <Tag tone="good">{say('me.thisOne')}</Tag>
              ) : (
                <Button
                  size="small"
                  loading={end.isPending && end.variables === s.sessionId}
                  onClick={() => end.mutate(s.sessionId)}
                >
                  {say('me.end')}
                </Button>
              ),
          },
        ]}
      />
    </Card>
  )
}
