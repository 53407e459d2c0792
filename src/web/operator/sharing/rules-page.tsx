// Sharing rules 公摊方案: which main point is shared how, and up to which month.

import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { SharingRule } from '../../../http/contract/sharing.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { NewRule } from './rule-dialog.tsx'
import { useRules } from './sharing-data.ts'

export const ruleName = (rule: SharingRule, language: Language): string =>
  (language === 'en' && rule.nameEn) || rule.name

const columnsOf = (say: Say, language: Language): Column<SharingRule>[] => [
  {
    key: 'name',
    title: say('sharing.name'),
    render: (rule) => (
      <Link to="/sharing/$ruleId" params={{ ruleId: String(rule.ruleId) }}>
        <Name>{ruleName(rule, language)}</Name>
      </Link>
    ),
  },
  { key: 'main', title: say('sharing.main'), render: (rule) => <Name>{rule.mainPoint}</Name> },
  { key: 'by', title: say('sharing.by'), render: (rule) => say(`sharing.by.${rule.sharedBy}`) },
  {
    key: 'price',
    title: say('sharing.price'),
    align: 'right',
    render: (rule) => <Price e8={rule.priceE8} />,
  },
  { key: 'last', title: say('sharing.lastMonth'), render: (rule) => rule.lastMonth ?? '—' },
  {
    key: 'state',
    title: say('sharing.state'),
    render: ({ enabled }) => (
      <Tag tone={enabled ? 'good' : 'plain'}>{say(enabled ? 'sharing.on' : 'sharing.off')}</Tag>
    ),
  },
]

export const RulesPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useRules(complexId)
  const [making, setMaking] = useState(false)
  const mayMake = useMay('sharing.make')
  return (
    <Page
      title={say('sharing.title')}
      tools={
        mayMake ? (
          <Button type="primary" onClick={() => setMaking(true)}>
            {say('sharing.new')}
          </Button>
        ) : null
      }
    >
      <Card>
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        <DataTable<SharingRule>
          label={say('sharing.title')}
          rows={data?.items ?? (error ? [] : null)}
          rowKey={(rule) => rule.ruleId}
          emptyText={say('sharing.none')}
          columns={columnsOf(say, language)}
        />
      </Card>
      {making ? <NewRule complexId={complexId} onClose={() => setMaking(false)} /> : null}
    </Page>
  )
}
