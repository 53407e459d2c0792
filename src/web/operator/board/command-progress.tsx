// How far a command has come 命令进度: queued, sent, acknowledged, confirmed by reading back; or why it
// ended otherwise.

import type { Command } from '../../../http/contract/commands.ts'
import { type Say, type TextKey, useText } from '../../text/i18n.ts'
import { ClockTime } from '../../ui/age.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Stages } from '../../ui/stages.tsx'
import styles from './board.module.css'
import { type CommandItem, type CommandState, hasEnded, useCommand } from './command-data.ts'

const WALK = ['queued', 'sent', 'acknowledged', 'confirmed'] as const

const stepOf = (state: CommandState, item: CommandItem): number => {
  switch (state) {
    case 'queued':
      return 0
    case 'sent':
      return 1
    case 'acknowledged':
      return 2
    case 'confirmed':
      return 3
    case 'failed':
    case 'expired':
    case 'cancelled':
    case 'held':
      return item.acknowledgedAt ? 3 : item.sentAt ? 2 : 1
  }
}

const timeOfStep = (item: CommandItem, step: number): string | null =>
  [item.queuedAt, item.sentAt, item.acknowledgedAt, item.endedAt][step] ?? null

export const commandTitle = (command: Command, say: Say): string => {
  const mode = command.params.mode
  if (command.kind !== 'setMode') return say(`command.${command.kind}`)
  if (mode === 'kept' || mode === 'tripped' || mode === 'prepaid') return say(`mode.do.${mode}`)
  return say('command.setMode')
}

const reasonOf = (item: CommandItem): string => {
  const reason = item.result?.reason
  return typeof reason === 'string' ? reason : ''
}

const ItemSteps = ({ item }: { item: CommandItem }) => {
  const { say } = useText()
  const at = stepOf(item.state, item)
  const broken = hasEnded(item.state) && item.state !== 'confirmed'
  return (
    <Stages
      at={at}
      finished={item.state === 'confirmed'}
      stopped={broken}
      stages={WALK.map((state, step) => {
        const key: TextKey =
          broken && step === at ? `command.is.${item.state}` : `command.is.${state}`
        return {
          title: say(key),
          content:
            broken && step === at ? (
              <Reason code={reasonOf(item)} />
            ) : step <= at ? (
              <ClockTime at={timeOfStep(item, step)} />
            ) : undefined,
        }
      })}
    />
  )
}

export const CommandProgress = ({
  complexId,
  commandId,
}: {
  complexId: number
  commandId: string
}) => {
  const { say } = useText()
  const { data: command, error, refetch } = useCommand(complexId, commandId)
  if (error) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!command) return null
  return (
    <section className={styles.command} data-testid="command-progress" aria-live="polite">
      <h4>{commandTitle(command, say)}</h4>
      {command.items.map((item) => (
        <div key={item.commandId} data-command-state={item.state}>
          <ItemSteps item={item} />
        </div>
      ))}
    </section>
  )
}
