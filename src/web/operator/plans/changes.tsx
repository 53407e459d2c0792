// What a version changes 版本差异: place, before and after, in words.

import type { PlanVersion } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { placeText, valueText } from './words.ts'

type PlanChange = PlanVersion['changes'][number]

export const Changes = ({ changes }: { changes: readonly PlanChange[] }) => {
  const { say } = useText()
  if (changes.length === 0) return <p className={layout.none}>{say('plan.noChanges')}</p>
  return (
    <DataTable<PlanChange>
      label={say('plan.changes')}
      rows={changes}
      rowKey={(change) => change.path}
      emptyText={say('plan.noChanges')}
      columns={[
        {
          key: 'path',
          title: say('plan.place'),
          render: (c) => placeText(c.path, say),
        },
        {
          key: 'before',
          title: say('plan.before'),
          render: (c) => <Name>{valueText(c.path, c.before, say)}</Name>,
        },
        {
          key: 'after',
          title: say('plan.after'),
          render: (c) => <Name>{valueText(c.path, c.after, say)}</Name>,
        },
      ]}
    />
  )
}
