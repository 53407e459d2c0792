// A test read 试抄: choose a meter, see all that it says, and each frame with what it means.

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Collapse, Select } from 'antd'
import { useState } from 'react'
import type { ReadExchange, ReadPart } from '../../../http/contract/commissioning.ts'
import { hasText, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Called, nameIn } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useComplex } from '../complex.tsx'
import { listMeters } from '../meters/meter-data.ts'
import { useReasonText } from './check-words.tsx'
import styles from './commissioning.module.css'
import { useStartRead, useTestRead } from './commissioning-data.ts'
import { CommissioningLinks } from './links.tsx'

const route = getRouteApi('/shell/commissioning/read')

const spaced = (hex: string): string => (hex.toUpperCase().match(/../g) ?? []).join(' ')

type Field = ReadExchange['sentFields'][number]

const Fields = ({
  label,
  hex,
  fields,
}: {
  label: string
  hex: string
  fields: readonly Field[]
}) => {
  const { say, language } = useText()
  const columns: Column<Field & { at: number }>[] = [
    {
      key: 'bytes',
      title: say('testRead.bytes'),
      wrap: true,
      render: ({ bytes }) => <span className={styles.hex}>{spaced(bytes)}</span>,
    },
    { key: 'name', title: say('testRead.field'), wrap: true, render: ({ name }) => name[language] },
    {
      key: 'value',
      title: say('testRead.value'),
      wrap: true,
      render: ({ value }) => value[language],
    },
  ]
  return (
    <>
      <p className={styles.lead}>
        {label} <span className={styles.hex}>{hex === '' ? '—' : spaced(hex)}</span>
      </p>
      {fields.length > 0 ? (
        <DataTable
          label={label}
          columns={columns}
          rows={fields.map((field, at) => ({ ...field, at }))}
          rowKey={({ at }) => at}
          emptyText=""
        />
      ) : null}
    </>
  )
}

const exchangeTitle = (say: Say, { label, tookMs, fault }: ReadExchange): string =>
  `${label} · ${say('testRead.took', { ms: tookMs })}${fault === null ? '' : ` · ${fault}`}`

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)

const Part = ({ part }: { part: ReadPart }) => {
  const { say } = useText()
  const key = `readPart.${part.part}`
  return (
    <Card
      title={
        <span className={styles.acts}>
          {hasText(key) ? say(key) : part.part}
          <Tag tone={part.ok ? 'good' : 'bad'}>
            {say(part.ok ? 'testRead.ok' : 'testRead.failed')}
          </Tag>
          {part.reason}
        </span>
      }
    >
      <Facts
        rows={Object.entries(part.values)
          .filter(([name, value]) => value !== null && name !== 'at')
          .map(([name, value]) => [
            name,
            <span key={name} translate="no">
              {shown(value)}
            </span>,
          ])}
      />
      <Collapse
        size="small"
        items={part.exchanges.map((exchange, at) => ({
          key: at,
          label: exchangeTitle(say, exchange),
          children: (
            <div className={styles.exchange}>
              <When at={exchange.at} />
              <Fields
                label={say('testRead.sent')}
                hex={exchange.sent}
                fields={exchange.sentFields}
              />
              <Fields
                label={say('testRead.heard')}
                hex={exchange.heard}
                fields={exchange.heardFields}
              />
            </div>
          ),
        }))}
      />
    </Card>
  )
}

const PickMeter = ({ complexId, onRead }: { complexId: number; onRead: (id: string) => void }) => {
  const { say, language } = useText()
  const { meter } = route.useSearch()
  const [text, setText] = useState('')
  const [meterId, setMeter] = useState(meter ? Number(meter) : null)
  const start = useStartRead()
  const { data } = useQuery({
    queryKey: ['meters', complexId, 'find', text],
    queryFn: () => listMeters(complexId, { search: text, limit: 20 }),
    placeholderData: (previous) => previous,
  })
  return (
    <Card>
      <p className={styles.lead}>{say('testRead.lead')}</p>
      <div className={styles.bar}>
        <Select
          aria-label={say('meters.find')}
          style={{ width: 320 }}
          showSearch={{ filterOption: false, onSearch: setText }}
          placeholder={say('meters.find')}
          value={meterId}
          options={(data?.items ?? []).map((each) => ({
            value: each.meterId,
            label: `${each.meterNo} ${each.premises} ${nameIn(language, {
              zh: each.premisesName,
              en: each.premisesNameEn,
            })}`,
          }))}
          onChange={setMeter}
        />
        <Button
          type="primary"
          disabled={meterId === null}
          loading={start.isPending}
          onClick={() =>
            meterId !== null &&
            start.mutate({ meterId }, { onSuccess: ({ testReadId }) => onRead(testReadId) })
          }
        >
          {say('testRead.start')}
        </Button>
      </div>
      {start.error ? <ProblemAlert error={start.error} /> : null}
    </Card>
  )
}

export const ReadPage = () => {
  const { say } = useText()
  const reasonText = useReasonText()
  const { complexId } = useComplex()
  const { read } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useTestRead(complexId, read)
  return (
    <Page title={say('testRead.title')} tools={<CommissioningLinks />}>
      <PickMeter complexId={complexId} onRead={(id) => void navigate({ search: { read: id } })} />
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? (
        <Card>
          <span className={styles.acts} data-testid="test-read" data-state={data.state}>
            {data.meterNo} <Called zh={data.place} en={data.placeEn} /> {data.model}
            <Tag tone={data.state === 'done' ? 'good' : data.state === 'failed' ? 'bad' : 'busy'}>
              {say(`jobState.${data.state}`)}
            </Tag>
            {reasonText(data.reason)}
          </span>
        </Card>
      ) : null}
      {data?.parts.map((part) => (
        <Part key={part.part} part={part} />
      ))}
    </Page>
  )
}
