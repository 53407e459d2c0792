// The tree of buildings and floors 楼栋树: how many meters each has and how many are in trouble.

import { useMemo } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import type { Overview } from '../live/board-store.ts'
import { boardStore } from '../live/live.ts'
import styles from './board.module.css'
import { buildingName, floorName } from './building.ts'
import { type BoardSearch, placesOf } from './filter.ts'

type PlacesProps = {
  overview: Overview
  search: BoardSearch
  onChoose: (place: { building?: string; floor?: string }) => void
}

const Entry = ({
  text,
  meters,
  troubled,
  chosen,
  deep,
  onChoose,
}: {
  text: string
  meters: number
  troubled: number
  chosen: boolean
  deep?: boolean
  onChoose: () => void
}) => {
  const { say } = useText()
  return (
    <li>
      <button
        type="button"
        className={styles.place}
        data-deep={deep}
        aria-pressed={chosen}
        onClick={onChoose}
      >
        <span>{text}</span>
        {troubled > 0 ? (
          <span className={styles.troubled} title={say('board.troubled', { n: troubled })}>
            {troubled}
          </span>
        ) : null}
        <span className={styles.meters}>{meters}</span>
      </button>
    </li>
  )
}

const known = (item: BoardItem | undefined): item is BoardItem => item !== undefined

export const Places = ({ overview, search, onChoose }: PlacesProps) => {
  const { say, language } = useText()
  const places = useMemo(
    () => placesOf(overview.ids.map(boardStore.item).filter(known)),
    // A state that changed makes a new overview, and with it new counts of trouble.
    [overview],
  )
  const troubled = places.reduce((sum, place) => sum + place.troubled, 0)
  return (
    <nav className={styles.places} aria-label={say('board.places')}>
      <ul>
        <Entry
          text={say('board.everywhere')}
          meters={overview.ids.length}
          troubled={troubled}
          chosen={search.building === undefined}
          onChoose={() => onChoose({})}
        />
        {places.map((place) => {
          const building = String(place.buildingId)
          const open = search.building === building
          return [
            <Entry
              key={building}
              text={buildingName(place, language)}
              meters={place.meters}
              troubled={place.troubled}
              chosen={open && search.floor === undefined}
              onChoose={() => onChoose({ building })}
            />,
            ...place.floors.map((floor) => (
              <Entry
                key={`${building}/${floor.floor}`}
                deep
                text={floorName(floor.floor, say)}
                meters={floor.meters}
                troubled={floor.troubled}
                chosen={open && search.floor === String(floor.floor)}
                onChoose={() => onChoose({ building, floor: String(floor.floor) })}
              />
            )),
          ]
        })}
      </ul>
    </nav>
  )
}
