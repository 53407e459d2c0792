// Searching a bus for meters 总线搜表: which bus, how far it has come, and what is there beside
// what the registers say; what is new is added with one press.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Checkbox, Progress, Select } from 'antd'
import { useState } from 'react'
import type { Scan, ScanSummary } from '../../../http/contract/commissioning.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useAct } from '../api/act.ts'
import { useGateways } from '../collection/collection-data.ts'
import { gatewayName } from '../collection/gateway-name.ts'
import { useComplex } from '../complex.tsx'
import { useReasonText } from './check-words.tsx'
import styles from './commissioning.module.css'
import { useScan, useScans } from './commissioning-data.ts'
import { FoundTable } from './found-table.tsx'
import { CommissioningLinks } from './links.tsx'

const route = getRouteApi('/shell/commissioning/scan')

const TONES: Record<ScanSummary['state'], Tone> = {
  queued: 'plain',
  running: 'busy',
  stopping: 'busy',
  done: 'good',
  stopped: 'plain',
  failed: 'bad',
}

type Protocol = 'dlt645' | 'modbus'

type ProtocolsProps = { value: Protocol[]; onChange: (protocols: Protocol[]) => void }

const Protocols = ({ value, onChange }: ProtocolsProps) => {
  const { say } = useText()
  return (
    <Select<Protocol[]>
      mode="multiple"
      aria-label={say('scan.protocols')}
      className={styles.pick}
      placeholder={say('scan.asSet')}
      value={value}
      options={[
        { value: 'dlt645', label: 'DL/T 645' },
        { value: 'modbus', label: 'Modbus' },
      ]}
      onChange={onChange}
    />
  )
}

const NewScan = ({ complexId, onBegun }: { complexId: number; onBegun: (id: string) => void }) => {
  const { say, language } = useText()
  const gateways = useGateways(complexId).data?.items ?? []
  const [gatewayId, setGateway] = useState<number | null>(null)
  const [busId, setBus] = useState<number | null>(null)
  const [protocols, setProtocols] = useState<Protocol[]>([])
  const [thorough, setThorough] = useState(true)
  const begin = useAct<object, Scan>('/bus-scans', { renews: [['bus-scans']] })
  const buses = gateways.find((each) => each.gatewayId === gatewayId)?.buses ?? []
  const start = () =>
    begin.mutate(
      { busId, thorough, ...(protocols.length > 0 ? { protocols } : {}) },
      { onSuccess: ({ scanId }) => onBegun(scanId) },
    )
  return (
    <Card title={say('scan.new')}>
      <p className={styles.lead}>{say('scan.lead')}</p>
      <div className={styles.bar}>
        <Select
          aria-label={say('unit.gateway')}
          className={styles.pick}
          placeholder={say('unit.gateway')}
          value={gatewayId}
          options={gateways.map((each) => ({
            value: each.gatewayId,
            label: gatewayName(each, language),
          }))}
          onChange={(id) => {
            setGateway(id)
            const own = gateways.find((each) => each.gatewayId === id)?.buses ?? []
            setBus(own.length === 1 ? (own[0]?.busId ?? null) : null)
          }}
        />
        <Select
          aria-label={say('scan.bus')}
          className={styles.pick}
          placeholder={say('scan.bus')}
          value={busId}
          options={buses.map((bus) => ({
            value: bus.busId,
            label: say('scan.busNo', { n: bus.ordinal }),
          }))}
          onChange={setBus}
        />
        <Protocols value={protocols} onChange={setProtocols} />
        <Checkbox checked={thorough} onChange={(event) => setThorough(event.target.checked)}>
          {say('scan.thorough')}
        </Checkbox>
        <Button type="primary" disabled={busId === null} loading={begin.isPending} onClick={start}>
          {say('scan.start')}
        </Button>
      </div>
      {begin.error ? <ProblemAlert error={begin.error} /> : null}
    </Card>
  )
}

const PERCENT = 100
const SECOND_MS = 1_000

const ScanPanel = ({ complexId, scanId }: { complexId: number; scanId: string }) => {
  const { say } = useText()
  const reasonText = useReasonText()
  const { data: scan, error, refetch } = useScan(complexId, scanId)
  const stop = useAct<object, Scan>(`/bus-scans/${scanId}/stop`, {
    query: { complexId },
    renews: [['bus-scan', scanId]],
  })
  if (!scan) return error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null
  const goesOn = scan.endedAt === null
  const percent = Math.floor(scan.progress * PERCENT)
  return (
    <Card title={say('scan.of', { gateway: scan.gatewayCode, bus: scan.bus })}>
      <div className={styles.bar} data-testid="scan" data-state={scan.state}>
        <Tag tone={TONES[scan.state]}>{say(`jobState.${scan.state}`)}</Tag>
        <span>{reasonText(scan.reason)}</span>
        <span>{say('scan.found', { n: scan.found })}</span>
        <span>
          {say('scan.cost', {
            probes: scan.probes,
            sent: scan.sentBytes,
            heard: scan.heardBytes,
            seconds: Math.round(scan.lineMs / SECOND_MS),
          })}
        </span>
        {goesOn ? (
          <Button
            danger
            disabled={scan.state === 'stopping'}
            loading={stop.isPending}
            onClick={() => stop.mutate({})}
          >
            {say('scan.stop')}
          </Button>
        ) : null}
      </div>
      <Progress
        percent={percent}
        status={goesOn ? 'active' : 'normal'}
        aria-label={say('scan.progress')}
      />
      {stop.error ? <ProblemAlert error={stop.error} /> : null}
      <FoundTable complexId={complexId} scan={scan} />
    </Card>
  )
}

const columnsOf = (say: Say): Column<ScanSummary>[] => [
  {
    key: 'at',
    title: say('round.createdAt'),
    render: ({ scanId, createdAt }) => (
      <Link to="/commissioning/scan" search={{ scan: scanId }}>
        <When at={createdAt} />
      </Link>
    ),
  },
  {
    key: 'bus',
    title: say('scan.bus'),
    render: ({ gatewayCode, bus }) => `${gatewayCode} / ${bus}`,
  },
  {
    key: 'state',
    title: say('round.state'),
    render: ({ state }) => <Tag tone={TONES[state]}>{say(`jobState.${state}`)}</Tag>,
  },
  { key: 'found', title: say('scan.foundN'), align: 'right', render: ({ found }) => found },
  {
    key: 'by',
    title: say('round.operator'),
    render: ({ operator }) => <Name>{operator ?? '—'}</Name>,
  },
  { key: 'ended', title: say('round.endedAt'), render: ({ endedAt }) => <When at={endedAt} /> },
]

export const ScanPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { scan } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useScans(complexId)
  return (
    <Page title={say('scan.title')} tools={<CommissioningLinks />}>
      <NewScan complexId={complexId} onBegun={(id) => void navigate({ search: { scan: id } })} />
      {scan ? <ScanPanel key={scan} complexId={complexId} scanId={scan} /> : null}
      <Card title={say('scan.recent')}>
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        <DataTable<ScanSummary>
          label={say('scan.recent')}
          columns={columnsOf(say)}
          rows={data?.items ?? (error ? [] : null)}
          rowKey={(row) => row.scanId}
          emptyText={say('scan.none')}
        />
      </Card>
    </Page>
  )
}
