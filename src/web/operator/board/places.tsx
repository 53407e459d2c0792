// The tree of the board 看板树: buildings and floors, or gateways; how many meters each has and how
// many are in trouble.

import { RightOutlined } from '@ant-design/icons'
import { Segmented } from 'antd'
import { useMemo } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Name } from '../../ui/name.tsx'
import type { Overview } from '../live/board-store.ts'
import { boardStore } from '../live/live.ts'
import styles from './board.module.css'
import { buildingName, floorName } from './building.ts'
import { type BoardSearch, gatewaysOf, placesOf } from './filter.ts'

type Chosen = Pick<BoardSearch, 'building' | 'floor' | 'gateway' | 'by'>
type TreeProps = {
  items: readonly BoardItem[]
  search: BoardSearch
  onChoose: (place: Chosen) => void
}

type EntryProps = {
  text: React.ReactNode
  meters: number
  troubled: number
  chosen: boolean
  deep?: boolean
  /** Of a branch that can be folded. */
  open?: boolean | undefined
  onChoose: () => void
}

const Entry = ({ text, meters, troubled, chosen, deep, open, onChoose }: EntryProps) => {
  const { say } = useText()
  return (
    <li>
      <button
        type="button"
        className={styles.place}
        data-deep={deep}
        aria-pressed={chosen}
        aria-expanded={open}
        onClick={onChoose}
      >
        <span>
          {open === undefined ? null : <RightOutlined aria-hidden className={styles.fold} />} {text}
        </span>
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

/** With more than this the floors of one building alone are shown: of the chosen one. */
const FLOORS_SHOWN = 24

const Buildings = ({ items, search, onChoose }: TreeProps) => {
  const { say, language } = useText()
  const places = useMemo(() => placesOf(items), [items])
  const folds = places.reduce((sum, { floors }) => sum + floors.length, 0) > FLOORS_SHOWN
  return places.map((place) => {
    const building = String(place.buildingId)
    const open = search.building === building
    return [
      <Entry
        key={building}
        text={buildingName(place, language)}
        meters={place.meters}
        troubled={place.troubled}
        chosen={open && search.floor === undefined}
        open={folds ? open : undefined}
        onChoose={() => onChoose({ building })}
      />,
      ...(folds && !open ? [] : place.floors).map((floor) => (
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
  })
}

const Gateways = ({ items, search, onChoose }: TreeProps) => {
  const gateways = useMemo(() => gatewaysOf(items), [items])
  return gateways.map(({ gatewayId, gatewayCode, meters, troubled }) => (
    <Entry
      key={gatewayId}
      text={<Name>{gatewayCode}</Name>}
      meters={meters}
      troubled={troubled}
      chosen={search.gateway === String(gatewayId)}
      onChoose={() => onChoose({ by: 'gateway', gateway: String(gatewayId) })}
    />
  ))
}

const known = (item: BoardItem | undefined): item is BoardItem => item !== undefined

type PlacesProps = Pick<TreeProps, 'search' | 'onChoose'> & { overview: Overview }

export const Places = ({ overview, search, onChoose }: PlacesProps) => {
  const { say } = useText()
  const items = useMemo(
    () => overview.ids.map(boardStore.item).filter(known),
    // A state that changed makes a new overview, and with it new counts of trouble.
    [overview],
  )
  const by = search.by === 'gateway' ? 'gateway' : undefined
  const Tree = by ? Gateways : Buildings
  const troubled = useMemo(
    () => gatewaysOf(items).reduce((sum, gateway) => sum + gateway.troubled, 0),
    [items],
  )
  return (
    <nav className={styles.places} aria-label={say('board.places')}>
      <Segmented
        block
        size="small"
        aria-label={say('board.treeBy')}
        value={by ?? 'place'}
        options={[
          { value: 'place', label: say('board.byPlace') },
          { value: 'gateway', label: say('board.byGateway') },
        ]}
        onChange={(value) => onChoose(value === 'gateway' ? { by: 'gateway' } : {})}
      />
      <ul>
        <Entry
          text={say('board.everywhere')}
          meters={overview.ids.length}
          troubled={troubled}
          chosen={search.building === undefined && search.gateway === undefined}
          onChoose={() => onChoose(by ? { by } : {})}
        />
        <Tree items={items} search={search} onChoose={onChoose} />
      </ul>
    </nav>
  )
}
