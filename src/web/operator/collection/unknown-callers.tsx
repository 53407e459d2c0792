// Callers that belong to no gateway 未登记的来电: what each said, so that an engineer can enter it as the
// registration of the gateway he is setting up.

import type { UnknownCaller } from '../../../http/contract/collection.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import styles from './collection.module.css'
import { useUnknownCallers } from './collection-data.ts'

const NEVER_STALE_MS = Number.POSITIVE_INFINITY

const columnsOf = (say: Say): Column<UnknownCaller>[] => [
  { key: 'port', title: say('caller.port'), render: (caller) => caller.port },
  { key: 'from', title: say('caller.from'), render: (caller) => caller.from },
  {
    key: 'said',
    title: say('caller.said'),
    render: ({ text, firstBytes }) => (
      <code className={styles.said}>
        {firstBytes === '' ? say('caller.nothing') : (text ?? `hex:${firstBytes}`)}
      </code>
    ),
  },
  { key: 'calls', title: say('caller.calls'), align: 'right', render: (caller) => caller.calls },
  {
    key: 'last',
    title: say('caller.last'),
    render: (caller) => <Age at={caller.lastAt} staleAfterMs={NEVER_STALE_MS} />,
  },
]

export const UnknownCallers = () => {
  const { say } = useText()
  const { data, error, refetch } = useUnknownCallers(true)
  return (
    <Card title={say('caller.title')}>
      <p className={layout.spaced}>{say('caller.lead')}</p>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<UnknownCaller>
        label={say('caller.title')}
        columns={columnsOf(say)}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={({ port, from, firstBytes }) => `${port}/${from}/${firstBytes}`}
        emptyText={say('caller.none')}
      />
    </Card>
  )
}
