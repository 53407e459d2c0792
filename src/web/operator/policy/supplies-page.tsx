// What the policy does about each supply now 各户策略现状, why, what would change it, and what a meter
// can't do of it; settings of one supply's own.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Input, Radio } from 'antd'
import { useState } from 'react'
import type { SupplyNow } from '../../../http/contract/policy.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Called, Name, nameIn } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import {
  draftOf,
  supplySettings,
  usePowerPolicy,
  useSaveSupply,
  useSuppliesNow,
} from './policy-data.ts'
import { PolicyLinks } from './policy-links.tsx'
import { policyWords } from './policy-words.ts'
import { SupplyFields } from './supply-fields.tsx'

const route = getRouteApi('/shell/policy/supplies')
const MATCHES = ['acting', 'gaps', 'own', 'all'] as const

const TONES: Record<SupplyNow['intent'], Tone> = {
  ...{ nothing: 'plain', warn: 'warn', trip: 'bad' },
  ...{ reclose: 'good', keep: 'busy', releaseKeep: 'busy' },
}

const columnsOf = (say: Say, onOwn: ((row: SupplyNow) => void) | null): Column<SupplyNow>[] => [
  {
    key: 'intent',
    title: say('policy.intent'),
    render: (r) => <Tag tone={TONES[r.intent]}>{say(`policy.intent.${r.intent}`)}</Tag>,
  },
  {
    key: 'why',
    title: say('policy.because'),
    render: (r) => (
      <span className={layout.lines}>
        {policyWords(say, 'reason', r.reason)}
        <small>{r.changedBy.map((by) => policyWords(say, 'change', by)).join(' · ')}</small>
      </span>
    ),
  },
  { key: 'at', title: say('policy.at'), render: (r) => (r.at ? <When at={r.at} /> : '—') },
  {
    key: 'shop',
    title: say('sale.shop'),
    render: (r) => <Called zh={r.premises} en={r.premisesEn} />,
  },
  {
    key: 'tenant',
    title: say('receipt.tenant'),
    render: (r) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(r.accountId) }}>
        <Name>{r.tenant}</Name>
      </Link>
    ),
  },
  {
    key: 'balance',
    title: say('policy.balanceYuan'),
    align: 'right',
    render: (r) => <Money fen={r.balanceFen} />,
  },
  {
    key: 'gaps',
    title: say('policy.gaps'),
    render: (r) => r.gaps.map((gap) => say(`policy.gap.${gap}`)).join('；') || '—',
  },
  {
    key: 'own',
    title: say('policy.own'),
    render: (r) =>
      onOwn ? (
        <Button size="small" onClick={() => onOwn(r)}>
          {say(r.own ? 'policy.ownChange' : 'policy.ownMake')}
        </Button>
      ) : (
        say(r.own ? 'policy.ownYes' : 'policy.ownNo')
      ),
  },
]

const OwnDialog = ({ row, onClose }: { row: SupplyNow; onClose: () => void }) => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data } = usePowerPolicy(complexId)
  const save = useSaveSupply(row.supplyId)
  const [typed, setTyped] = useState<ReturnType<typeof draftOf> | null>(null)
  const [reason, setReason] = useState('')
  if (!data) return null
  const draft = typed ?? draftOf({ ...data.settings, ...row.own })
  const settings = supplySettings(draft)
  const isGiven = reason.trim() !== ''
  const shop = nameIn(language, { zh: row.premises, en: row.premisesEn })
  const send = (own: typeof settings) =>
    save.mutate({ complexId, settings: own, reason: reason.trim() }, { onSuccess: onClose })
  return (
    <Confirm
      open
      title={`${say('policy.own')} · ${shop} ${row.tenant}`}
      confirmText={say('policy.save')}
      widthPx={860}
      allowed={settings !== null && isGiven}
      busy={save.isPending}
      error={save.error}
      onConfirm={() => send(settings)}
      onCancel={onClose}
    >
      <ActForm>
        <SupplyFields
          prefix="own"
          fields={draft}
          change={(part) => setTyped({ ...draft, ...part })}
        />
        <WhyField id="own-reason" text={reason} onText={setReason} />
        {row.own ? (
          <Button disabled={!isGiven} onClick={() => send(null)}>
            {say('policy.ownEnd')}
          </Button>
        ) : null}
      </ActForm>
    </Confirm>
  )
}

export const SuppliesPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { match = 'acting', search } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useSuppliesNow(complexId, match, search)
  const [own, setOwn] = useState<SupplyNow | null>(null)
  const mayEdit = useMay('policy.edit')
  const go = (next: { match?: string; search?: string | undefined }) =>
    void navigate({ search: { match, search, ...next } })
  return (
    <Page title={say('policy.supplies')} tools={<PolicyLinks />}>
      <Card>
        <div className={layout.stack}>
          <div className={layout.line}>
            <Radio.Group
              value={match}
              onChange={({ target }) => go({ match: target.value })}
              options={MATCHES.map((value) => ({ value, label: say(`policy.match.${value}`) }))}
            />
            <Input.Search
              aria-label={say('policy.search')}
              placeholder={say('policy.search')}
              defaultValue={search}
              style={{ width: 220 }}
              onSearch={(text) => go({ search: text || undefined })}
            />
            {data ? <span>{say('policy.count', { n: data.total })}</span> : null}
          </div>
          {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
          <DataTable<SupplyNow>
            label={say('policy.supplies')}
            rows={data?.items ?? (error ? [] : null)}
            rowKey={({ supplyId }) => supplyId}
            emptyText={say('policy.nobody')}
            columns={columnsOf(say, mayEdit ? setOwn : null)}
          />
        </div>
      </Card>
      {own ? <OwnDialog key={own.supplyId} row={own} onClose={() => setOwn(null)} /> : null}
    </Page>
  )
}
