// The desk of suspicious readings 异常读数: each between the believed ones before and after it, with
// what is wrong in words; whoever may, accepts or rejects it.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Suspect, Suspects } from '../../../http/contract/readings.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Doubts } from '../meters/doubts.tsx'
import { sourceKey } from '../meters/readings-panel.tsx'
import { DecideDialog } from './decide-dialog.tsx'
import { listSuspects } from './suspect-data.ts'
import styles from './suspects.module.css'

const route = getRouteApi('/shell/suspects')
const ASK_AGAIN_MS = 30_000

const Neighbour = ({ found }: { found: Suspect['before'] }) =>
  found === null ? (
    '—'
  ) : (
    <>
      <Energy wh={found.energyWh} unit={false} />
      <span className={styles.neighbour}>
        <When at={found.at} />
      </span>
    </>
  )

type Decide = ((suspect: Suspect) => void) | null

const registerColumns = (say: Say, decide: Decide): Column<Suspect>[] => [
  {
    key: 'before',
    title: say('suspect.before'),
    align: 'right',
    render: (suspect) => <Neighbour found={suspect.before} />,
  },
  {
    key: 'energy',
    title: say('suspect.reading'),
    align: 'right',
    render: (suspect) => <Energy wh={suspect.energyWh} unit={false} />,
  },
  {
    key: 'after',
    title: say('suspect.after'),
    align: 'right',
    render: (suspect) => <Neighbour found={suspect.after} />,
  },
  {
    key: 'doubts',
    title: say('suspect.reason'),
    render: (suspect) => (
      <>
        <Doubts doubts={suspect.doubts} />{' '}
        {decide ? (
          <Button size="small" onClick={() => decide(suspect)}>
            {say('suspect.decide')}
          </Button>
        ) : null}
        {suspect.toldAt === null ? null : (
          <span className={styles.neighbour}>
            {say('suspect.toldAt')} <When at={suspect.toldAt} />
          </span>
        )}
      </>
    ),
  },
]

const columnsOf = (say: Say, decide: Decide): Column<Suspect>[] => [
  {
    key: 'at',
    title: say('readings.at'),
    render: (suspect) => (
      <>
        <When at={suspect.at} />
        <span className={styles.neighbour}>{say(sourceKey(suspect.source))}</span>
      </>
    ),
  },
  {
    key: 'meter',
    title: say('meter.no'),
    render: (suspect) => (
      <>
        <Link to="/meters" search={{ meter: String(suspect.meterId) }}>
          {suspect.meterNo}
        </Link>
        <span className={styles.neighbour}>
          <Name>{suspect.premises}</Name> <PointKind kind={suspect.pointKind} />
        </span>
      </>
    ),
  },
  ...registerColumns(say, decide),
]

export const SuspectsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayDecide = useMay('reading.decide')
  const [deciding, setDeciding] = useState<Suspect | null>(null)
  return (
    <Page title={say('nav.suspects')}>
      <p className={layout.lead}>{say(mayDecide ? 'suspect.lead' : 'suspect.mayNot')}</p>
      <QueryTable<Suspect, Suspects>
        name="suspects"
        label={say('nav.suspects')}
        queryKey={['suspects', complexId]}
        load={(query) => listSuspects(complexId, query)}
        columns={columnsOf(say, mayDecide ? setDeciding : null)}
        filters={[]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={({ meterId, at, source }) => `${meterId}/${at}/${source}`}
        emptyText={say('suspect.none')}
        summary={({ total }) => <p className={layout.lead}>{say('suspect.total', { n: total })}</p>}
        refreshMs={ASK_AGAIN_MS}
      />
      {deciding ? (
        <DecideDialog
          suspect={deciding}
          title={`${deciding.premises} ${deciding.meterNo}`}
          onClose={() => setDeciding(null)}
        />
      ) : null}
    </Page>
  )
}
