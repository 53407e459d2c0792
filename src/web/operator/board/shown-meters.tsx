// What can be asked of all meters that the board shows 所选电表: to be read and exported, or a batch
// for just these.

import { useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useText } from '../../text/i18n.ts'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { boardStore } from '../live/live.ts'
import { useStartRound } from '../rounds/round-data.ts'
import styles from './board.module.css'

/** What a status round and an energy round say of a meter. */
const READ = ['status', 'energy'] as const
/** As many as one order takes. */
const MOST = 5_000

const numbersOf = (ids: readonly number[]): string[] =>
  ids.flatMap((id) => boardStore.item(id)?.meterNo ?? [])

type ShownMetersProps = { complexId: number; ids: readonly number[] }

export const ShownMeters = ({ complexId, ids }: ShownMetersProps) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const maySend = useMay('command.send')
  const maySetMode = useMay('command.setMode')
  const mayConfigure = useMay('command.configure')
  const round = useStartRound(complexId)
  const able = ids.length > 0 && ids.length <= MOST
  const read = () =>
    round.start(
      { unit: { meterIds: [...ids] }, what: [...READ] },
      (error) => void message.error(words(problemOf(error))),
    )
  return (
    <div className={styles.shown} data-testid="shown-meters">
      <span>{say('board.shown', { n: ids.length })}</span>
      {maySend ? (
        <Button size="small" disabled={!able} loading={round.isPending} onClick={read}>
          {say('board.readShown')}
        </Button>
      ) : null}
      {maySend && (maySetMode || mayConfigure) ? (
        <Button
          size="small"
          disabled={!able}
          onClick={() => void navigate({ to: '/batches', state: { names: numbersOf(ids) } })}
        >
          {say('board.batchShown')}
        </Button>
      ) : null}
    </div>
  )
}
