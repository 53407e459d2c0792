// How far pushing has come 下发进度: a first meter tries it, the others follow; each says where
// it stands.

import type { Static } from 'typebox'
import type { CommandItem } from '../../../http/contract/commands.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Called } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { hasEnded, useCommand } from '../board/command-data.ts'

type Item = Static<typeof CommandItem>

const toneOf = ({ state }: Item): Tone => {
  if (state === 'confirmed') return 'good'
  return hasEnded(state) ? 'bad' : 'busy'
}

const reasonOf = ({ result }: Item): string | null =>
  typeof result?.reason === 'string' ? result.reason : null

const Items = ({ items }: { items: readonly Item[] }) => {
  const { say } = useText()
  return (
    <DataTable<Item>
      label={say('push.progress')}
      rows={items}
      rowKey={(item) => item.meterId}
      emptyText={say('push.nothing')}
      columns={[
        {
          key: 'premises',
          title: say('sale.shop'),
          render: (i) => <Called zh={i.premises} en={i.premisesEn} />,
        },
        { key: 'meter', title: say('sale.meterNo'), render: (i) => i.meterNo },
        {
          key: 'state',
          title: say('purchase.state'),
          render: (i) => (
            <>
              <Tag tone={toneOf(i)}>{say(`command.is.${i.state}`)}</Tag>{' '}
              {i.trial === null ? null : (
                <Tag tone={i.trial === 'first' ? 'busy' : 'plain'}>
                  {say(`push.trial.${i.trial}`)}
                </Tag>
              )}
            </>
          ),
        },
        { key: 'attempts', title: say('push.attempts'), align: 'right', render: (i) => i.attempts },
        {
          key: 'why',
          title: say('push.why'),
          render: (i) => {
            const reason = reasonOf(i)
            return reason === null ? '—' : <Reason code={reason} />
          },
        },
      ]}
    />
  )
}

type PushProgressProps = { complexId: number; commandId: string }

export const PushProgress = ({ complexId, commandId }: PushProgressProps) => {
  const { say } = useText()
  const { data: command, error, refetch } = useCommand(complexId, commandId)
  if (error && !command) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!command) return null
  const confirmed = command.items.filter(({ state }) => state === 'confirmed').length
  const ended = command.items.filter(({ state }) => hasEnded(state)).length
  return (
    <div className={layout.stack} aria-live="polite" data-push={ended === command.items.length}>
      <p className={layout.lead}>
        {say('push.counts', { confirmed, failed: ended - confirmed, all: command.items.length })}
      </p>
      <Items items={command.items} />
    </div>
  )
}
