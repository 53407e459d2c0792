// Changes of the past 追溯重算: what was proposed, agreed to and posted, newest first.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { Rerate } from '../../../http/contract/rerate.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { linkButton } from '../../ui/link-button.ts'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { listRerates, RERATE_KINDS, RERATE_STATES } from './rerate-data.ts'

const route = getRouteApi('/shell/rerate')

export const RERATE_TONES: Record<Rerate['state'], Tone> = {
  previewed: 'busy',
  posting: 'busy',
  posted: 'good',
  dropped: 'plain',
}

const columnsOf = (say: Say, language: Language): Column<Rerate>[] => [
  { key: 'at', title: say('rerate.askedAt'), render: (r) => <When at={r.askedAt} /> },
  {
    key: 'title',
    title: say('rerate.change'),
    render: (r) => (
      <Link to="/rerate/$reratingId" params={{ reratingId: r.reratingId }}>
        {r.title[language]}
      </Link>
    ),
  },
  { key: 'kind', title: say('rerate.kind'), render: (r) => say(`rerate.kind.${r.kind}`) },
  { key: 'accounts', title: say('plan.accounts'), align: 'right', render: (r) => r.accounts },
  {
    key: 'difference',
    title: say('rerate.difference'),
    align: 'right',
    render: (r) => <Money fen={r.differenceFen} strong />,
  },
  {
    key: 'state',
    title: say('purchase.state'),
    render: (r) => <Tag tone={RERATE_TONES[r.state]}>{say(`rerate.state.${r.state}`)}</Tag>,
  },
  { key: 'by', title: say('approval.askedBy'), render: (r) => <Name>{r.askedBy}</Name> },
  { key: 'note', title: say('rerate.note'), render: (r) => <Name>{r.note}</Name> },
]

export const ReratesPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay('rerate.make')
  return (
    <Page
      title={say('nav.rerate')}
      tools={
        may ? (
          <span className={layout.tools}>
            <Link to="/month-prices" className={linkButton}>
              {say('monthPrice.title')}
            </Link>
          </span>
        ) : null
      }
    >
      <p>{say('rerate.hint')}</p>
      <QueryTable<Rerate>
        name="rerates"
        label={say('nav.rerate')}
        queryKey={['rerates', complexId]}
        load={(query) => listRerates(complexId, query)}
        columns={columnsOf(say, language)}
        filters={[
          {
            key: 'kind',
            label: say('rerate.kind'),
            options: RERATE_KINDS.map((value) => ({ value, label: say(`rerate.kind.${value}`) })),
          },
          {
            key: 'state',
            label: say('purchase.state'),
            options: RERATE_STATES.map((value) => ({ value, label: say(`rerate.state.${value}`) })),
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={({ reratingId }) => reratingId}
        emptyText={say('rerate.none')}
      />
    </Page>
  )
}
