// Counts per state as filters 状态计数: a press shows only those meters, a second press shows all.

import { useText } from '../../text/i18n.ts'
import { StateIcon } from '../../ui/state-tag.tsx'
import { METER_STATES } from '../../ui/states.ts'
import type { Counts } from '../live/board-store.ts'
import styles from './board.module.css'
import { type BoardSearch, chosenStates, toggledState } from './filter.ts'

type StateCountsProps = {
  counts: Counts
  search: BoardSearch
  onChoose: (state: string | undefined) => void
}

export const StateCounts = ({ counts, search, onChoose }: StateCountsProps) => {
  const { say } = useText()
  const chosen = chosenStates(search)
  return (
    <fieldset className={styles.counts} aria-label={say('board.byState')}>
      {METER_STATES.map((state) => (
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
