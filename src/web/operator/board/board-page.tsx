// The board 电表看板: every meter of the complex, live. Filters, view and the open drawer are in the
// URL, so a colleague who gets the link sees the same.

import { AppstoreOutlined, UnorderedListOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Empty, Input, Segmented } from 'antd'
import { lazy, Suspense, useDeferredValue, useMemo, useRef, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { filterIds } from '../live/board-store.ts'
import { boardStore } from '../live/live.ts'
import { Loading } from '../shell/states.tsx'
import styles from './board.module.css'
import { useBoardSnapshot, useOverview } from './board-data.ts'
import { type BoardSearch, boardFilter } from './filter.ts'
import { Grid } from './grid.tsx'
import { List } from './list.tsx'
import { Places } from './places.tsx'
import { ShownMeters } from './shown-meters.tsx'
import { StateCounts } from './state-counts.tsx'

const route = getRouteApi('/shell/board')
const MeterDrawer = lazy(() => import('./meter-drawer.tsx'))

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index])

/** Ids that pass the filters. While the pointer rests on the tiles nothing moves under it. */
const useVisibleIds = (search: BoardSearch, pointerInside: boolean): readonly number[] => {
  const overview = useOverview()
  const { building, floor, gateway, state, q } = search
  const found = useMemo(
    () => ({
      key: [building, floor, gateway, state, q].join('|'),
      ids: filterIds(boardStore, overview.ids, boardFilter({ building, floor, gateway, state, q })),
    }),
    [overview, building, floor, gateway, state, q],
  )
  const shown = useRef(found)
  const isSame = sameIds(shown.current.ids, found.ids)
  if (!isSame && (!pointerInside || shown.current.key !== found.key)) shown.current = found
  return shown.current.ids
}

const ViewSwitch = ({ view, onView }: { view: string; onView: (view: string) => void }) => {
  const { say } = useText()
  return (
    <Segmented
      aria-label={say('board.view')}
      value={view}
      onChange={onView}
      options={[
        { value: 'tiles', label: say('board.tiles'), icon: <AppstoreOutlined aria-hidden /> },
        { value: 'list', label: say('board.list'), icon: <UnorderedListOutlined aria-hidden /> },
      ]}
    />
  )
}

const useBoardSearch = () => {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (next: BoardSearch, replace = false) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace })
  return { search, change }
}
type Change = ReturnType<typeof useBoardSearch>['change']

const Tools = ({ search, change }: { search: BoardSearch; change: Change }) => {
  const { say } = useText()
  return (
    <span className={styles.tools}>
      <Input.Search
        allowClear
        className={styles.find}
        placeholder={say('board.find')}
        aria-label={say('board.find')}
        defaultValue={search.q}
        onChange={(event) => change({ q: event.target.value || undefined }, true)}
      />
      <ViewSwitch
        view={search.view === 'list' ? 'list' : 'tiles'}
        onView={(view) => change({ view }, true)}
      />
    </span>
  )
}

/** The tiles or the list; while the pointer rests on them nothing moves under it. */
const Field = ({ failed, onOpen }: { failed: boolean; onOpen: (meterId: number) => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { search } = useBoardSearch()
  const overview = useOverview()
  const maySetUp = useMay('register.edit')
  const [pointerInside, setPointerInside] = useState(false)
  const ids = useVisibleIds(useDeferredValue(search), pointerInside)
  const View = search.view === 'list' ? List : Grid
  return (
    <div className={styles.field}>
      <ShownMeters complexId={complexId} ids={ids} />
      <div
        className={styles.view}
        onPointerEnter={() => setPointerInside(true)}
        onPointerLeave={() => setPointerInside(false)}
      >
        {!overview.loaded && !failed ? <Loading /> : null}
        {overview.loaded && ids.length === 0 ? (
          <Empty description={say(overview.ids.length === 0 ? 'board.empty' : 'board.noMatch')}>
            {overview.ids.length === 0 && maySetUp ? (
              <Link to="/setup">{say('setup.resume')}</Link>
            ) : null}
          </Empty>
        ) : null}
        {ids.length > 0 ? <View ids={ids} onOpen={onOpen} /> : null}
      </div>
    </div>
  )
}

export const BoardPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { search, change } = useBoardSearch()
  const { error, refresh } = useBoardSnapshot(complexId)
  const overview = useOverview()
  return (
    <Page title={say('nav.board')} tools={<Tools search={search} change={change} />}>
      <StateCounts
        counts={overview.counts}
        search={search}
        onChoose={(state) => change({ state })}
      />
      {error ? <ProblemAlert error={error} onRetry={refresh} /> : null}
      <div className={styles.board}>
        <Places
          overview={overview}
          search={search}
          onChoose={({ building, floor, gateway, by }) => change({ building, floor, gateway, by })}
        />
        <Field failed={error !== null} onOpen={(meterId) => change({ meter: String(meterId) })} />
      </div>
      <Suspense>
        {search.meter ? (
          <MeterDrawer
            meterId={Number(search.meter)}
            onClose={() => change({ meter: undefined })}
          />
        ) : null}
      </Suspense>
    </Page>
  )
}
