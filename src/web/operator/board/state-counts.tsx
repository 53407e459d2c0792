// Counts per state and mark as filters 状态计数, and what their colours and signs mean: a press shows
// only those meters, a second press shows all.

import { useText } from '../../text/i18n.ts'
import { StateIcon } from '../../ui/state-tag.tsx'
import { MARKS, METER_STATES, type ShownState } from '../../ui/states.ts'
import type { Counts } from '../live/board-store.ts'
import styles from './board.module.css'
import { type BoardSearch, chosenStates, toggledState } from './filter.ts'

type StateCountsProps = {
  counts: Counts
  search: BoardSearch
  onChoose: (state: string | undefined) => void
}

type RowProps = StateCountsProps & {
  className: string | undefined
  label: string
  states: readonly ShownState[]
}

const Row = ({ counts, search, onChoose, className, label, states }: RowProps) => {
  const { say } = useText()
  const chosen = chosenStates(search)
  return (
    <fieldset className={className} aria-label={label}>
      {states.map((state) => (
        <button
          key={state}
          type="button"
          className={styles.count}
          data-state={state}
          aria-pressed={chosen.includes(state)}
          onClick={() => onChoose(toggledState(search, state))}
        >
          <StateIcon state={state} />
          <span>{say(`state.${state}`)}</span>
          <strong>{counts[state]}</strong>
        </button>
      ))}
    </fieldset>
  )
}

export const StateCounts = (props: StateCountsProps) => {
  const { say } = useText()
  return (
    <div className={styles.legend}>
      <Row
        {...props}
        className={styles.counts}
        label={say('board.byState')}
        states={METER_STATES}
      />
      <Row {...props} className={styles.marks} label={say('board.byMark')} states={MARKS} />
    </div>
  )
}
