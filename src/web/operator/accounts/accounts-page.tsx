// The accounts of the complex 用户: tenant, meters, state and money.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Space } from 'antd'
import type { Account } from '../../../http/contract.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { ExportList } from '../../ui/export-list.tsx'
import { linkButton } from '../../ui/link-button.ts'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import type { Filter } from '../../ui/search-form.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { useZone } from '../../ui/zone.ts'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { accountCells, accountHeadings } from './account-cells.ts'
import { listAccounts } from './account-data.ts'

const route = getRouteApi('/shell/accounts')
const STATES = ['open', 'closed'] as const
const MONEY = ['low', 'empty', 'owing'] as const

const columnsOf = (say: Say): Column<Account>[] => [
  {
    key: 'accountNo',
    title: say('account.no'),
    render: (account) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(account.accountId) }}>
        {account.accountNo}
      </Link>
    ),
  },
  {
    key: 'tenant',
    title: say('account.tenant'),
    render: (account) => <Name>{account.tenant}</Name>,
  },
  { key: 'phone', title: say('account.phone'), render: (account) => account.phoneMasked ?? '—' },
  { key: 'mode', title: say('account.mode'), render: (a) => say(`account.mode.${a.mode}`) },
  {
    key: 'meters',
    title: say('account.meters'),
    render: (account) => (
      <Space orientation="vertical" size={2}>
        {account.meters.map((meter) => (
          <Space key={meter.meterId} size={8}>
            <strong>{meter.premises}</strong>
            {meter.meterNo}
            <StateTag state={meter.state} />
          </Space>
        ))}
      </Space>
    ),
  },
  {
    key: 'balance',
    title: say('account.balanceYuan'),
    align: 'right',
    render: (account) => (
      <Space orientation="vertical" size={2}>
        {account.meters.map((meter) => (
          <Money key={meter.meterId} fen={meter.balanceFen} />
        ))}
      </Space>
    ),
  },
  {
    key: 'carry',
    title: say('account.carryYuan'),
    align: 'right',
    render: (account) => <Money fen={account.carryOwedFen} />,
  },
  { key: 'opened', title: say('account.openedAt'), render: (a) => <When at={a.openedAt} /> },
]

export const AccountsPage = () => {
  const { say } = useText()
  const zone = useZone()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayOpen = useMay('account.open')
  const filters: Filter[] = [
    { key: 'search', label: say('account.find') },
    {
      key: 'state',
      label: say('account.state'),
      options: STATES.map((value) => ({ value, label: say(`account.is.${value}`) })),
    },
    {
      key: 'money',
      label: say('account.money'),
      options: MONEY.map((value) => ({ value, label: say(`account.money.${value}`) })),
    },
  ]
  const tools = (
    <Space>
      <ExportList<Account>
        name={say('nav.accounts')}
        filters={filters}
        search={search}
        load={(query) => listAccounts(complexId, query)}
        headings={accountHeadings(say)}
        cells={(account) => accountCells(say, zone, account)}
        pageRows={200}
      />
      {mayOpen ? (
        <Link to="/accounts/open" className={linkButton}>
          {say('account.open')}
        </Link>
      ) : null}
    </Space>
  )
  return (
    <Page title={say('nav.accounts')} tools={tools}>
      <QueryTable<Account>
        name="accounts"
        label={say('nav.accounts')}
        queryKey={['accounts', complexId]}
        load={(query) => listAccounts(complexId, query)}
        columns={columnsOf(say)}
        filters={filters}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(account) => account.accountId}
        emptyText={say('account.none')}
      />
    </Page>
  )
}
