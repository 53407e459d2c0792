// What a search found beside the registers 搜表结果.

import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import type { MeterCollection } from '../../../http/contract/collection.ts'
import type { Scan, ScanItem } from '../../../http/contract/commissioning.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Energy } from '../../ui/money.tsx'
import { Called } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useAct } from '../api/act.ts'
import { useModels } from '../collection/collection-data.ts'
import styles from './commissioning.module.css'

const TONES: Record<ScanItem['state'], Tone> = {
  known: 'good',
  new: 'warn',
  missing: 'bad',
  unconfirmed: 'bad',
  doubled: 'bad',
}

/** One press adds it, with the model that fits best unless another is chosen. */
const AddMeter = ({ complexId, scan, item }: { complexId: number; scan: Scan; item: ScanItem }) => {
  const { say, language } = useText()
  const { data } = useModels(complexId)
  const [model, setModel] = useState(item.models[0] ?? null)
  const add = useAct<object, MeterCollection>('/meters', {
    renews: [['bus-scan', scan.scanId], ['meters']],
  })
  const ofProtocol = (data?.items ?? []).filter(({ protocol }) =>
    protocol.startsWith(item.protocol),
  )
  const meterNo =
    item.meterNo ??
    (item.protocol === 'dlt645' ? item.address : `${scan.gatewayCode}-${scan.bus}-${item.address}`)
  return (
    <span className={styles.acts}>
      <Select
        size="small"
        aria-label={say('scan.model', { address: item.address })}
        className={styles.pick}
        value={model}
        placeholder={say('model.name')}
        options={ofProtocol.map((each) => ({ value: each.id, label: each.name[language] }))}
        onChange={setModel}
      />
      <Button
        size="small"
        disabled={model === null}
        loading={add.isPending}
        onClick={() =>
          add.mutate({
            ...{ complexId: scan.complexId, busId: scan.busId },
            ...{ address: item.address, model, meterNo },
          })
        }
      >
        {say('scan.add')}
      </Button>
      {add.error ? <ProblemAlert error={add.error} /> : null}
    </span>
  )
}

const columnsOf = (say: Say, complexId: number, scan: Scan): Column<ScanItem>[] => [
  {
    key: 'state',
    title: say('scan.result'),
    render: ({ state }) => <Tag tone={TONES[state]}>{say(`scanItem.${state}`)}</Tag>,
  },
  { key: 'address', title: say('scan.address'), render: ({ address }) => address },
  {
    key: 'meters',
    title: say('scan.place'),
    wrap: true,
    render: ({ meters }) =>
      meters.map(({ meterId, meterNo, place, placeEn }) => (
        <div key={meterId}>
          <Link to="/meters" search={{ meter: String(meterId) }}>
            {meterNo}
          </Link>{' '}
          <Called zh={place} en={placeEn} />
        </div>
      )),
  },
  {
    key: 'says',
    title: say('scan.says'),
    wrap: true,
    render: ({ meterNo, maker, software, phases }) =>
      [meterNo, maker, software, phases === null ? null : say('model.phases', { n: phases })]
        .filter(Boolean)
        .join(' · ') || '—',
  },
  {
    key: 'energy',
    title: say('meter.energy'),
    align: 'right',
    render: ({ energyWh }) => (energyWh === null ? '—' : <Energy wh={energyWh} />),
  },
  {
    key: 'model',
    title: say('model.name'),
    render: (item) =>
      item.state === 'new' && scan.endedAt !== null ? (
        <AddMeter complexId={complexId} scan={scan} item={item} />
      ) : (
        (item.model ?? item.models[0] ?? '—')
      ),
  },
]

export const FoundTable = ({ complexId, scan }: { complexId: number; scan: Scan }) => {
  const { say } = useText()
  return (
    <DataTable<ScanItem>
      label={say('scan.result')}
      columns={columnsOf(say, complexId, scan)}
      rows={scan.items}
      rowKey={(item) => `${item.state} ${item.protocol} ${item.address}`}
      emptyText={say('scan.nothing')}
    />
  )
}
