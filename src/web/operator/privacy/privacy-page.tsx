// Privacy 隐私: how long is kept what is about people, who has left, erasing them, and all that is
// kept about one of them.

import { getRouteApi } from '@tanstack/react-router'
import { App, Button, Space } from 'antd'
import { useState } from 'react'
import type { Departed } from '../../../http/contract/privacy.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { saveFile } from '../../ui/csv.ts'
import type { Column } from '../../ui/data-table.tsx'
import { Called } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { problemOf } from '../../ui/problem.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useComplex } from '../complex.tsx'
import { EraseDialog } from './erase-dialog.tsx'
import { DEPARTED, everythingOf, listDeparted } from './privacy-data.ts'
import { RetentionCard } from './retention-card.tsx'

const route = getRouteApi('/shell/privacy')

const Everything = ({ complexId, tenantId }: { complexId: number; tenantId: number }) => {
  const { say } = useText()
  const { message } = App.useApp()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    try {
      saveFile(await everythingOf(complexId, tenantId))
    } catch (error) {
      message.error(problemOf(error).title)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Button size="small" loading={isBusy} title={say('privacy.everythingHint')} onClick={save}>
      {say('privacy.everything')}
    </Button>
  )
}

const columnsOf = (
  say: Say,
  complexId: number,
  onErase: (tenant: Departed) => void,
): Column<Departed>[] => [
  {
    key: 'name',
    title: say('privacy.tenant'),
    render: (row) => <Called zh={row.name} en={row.nameEn} />,
  },
  { key: 'accounts', title: say('account.no'), render: (row) => row.accountNos.join(', ') },
  { key: 'phone', title: say('account.phone'), render: (row) => row.phoneMasked ?? '—' },
  { key: 'left', title: say('privacy.leftAt'), render: (row) => <When at={row.leftAt} /> },
  {
    key: 'due',
    title: say('privacy.dueAt'),
    render: (row) => {
      if (row.erasedAt) return say('privacy.erased')
      return row.dueAt ? <When at={row.dueAt} /> : say('privacy.onRequest')
    },
  },
  {
    key: 'acts',
    title: say('privacy.acts'),
    render: (row) => (
      <Space>
        <Everything complexId={complexId} tenantId={row.tenantId} />
        {row.erasedAt ? null : (
          <Button size="small" danger onClick={() => onErase(row)}>
            {say('privacy.erase')}
          </Button>
        )}
      </Space>
    ),
  },
]

export const PrivacyPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [erasing, setErasing] = useState<Departed | null>(null)
  return (
    <Page title={say('privacy.title')}>
      <RetentionCard complexId={complexId} />
      <QueryTable<Departed>
        name="departed"
        label={say('privacy.departed')}
        queryKey={[DEPARTED, complexId]}
        load={(asked) => listDeparted(complexId, asked)}
        columns={columnsOf(say, complexId, setErasing)}
        filters={[{ key: 'search', label: say('privacy.find') }]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(row) => row.tenantId}
        emptyText={say('privacy.none')}
      />
      {erasing ? (
        <EraseDialog
          key={erasing.tenantId}
          complexId={complexId}
          tenant={erasing}
          onDone={() => setErasing(null)}
        />
      ) : null}
    </Page>
  )
}
