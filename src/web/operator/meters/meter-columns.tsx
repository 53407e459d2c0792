// The columns of the list of meters 电表列表: place, how it answers, what was last read and when.

import { Link } from '@tanstack/react-router'
import type { MeterItem } from '../../../http/contract/collection.ts'
import type { Language, Say } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Energy, Power } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { Reason } from '../../ui/reason.tsx'
import { buildingName, floorName } from '../board/building.ts'
import { Dated } from './dated.tsx'
import { CLOCK_STALE_MS, energyStaleMs, HeardTag } from './heard.tsx'
import { ClockOffset } from './meter-figures.tsx'

type ModelName = (model: string) => string

const placeColumns = (say: Say, language: Language): Column<MeterItem>[] => [
  {
    key: 'no',
    title: say('meter.no'),
    render: (meter) => (
      <Link to="/meters" search={(now) => ({ ...now, meter: String(meter.meterId) })}>
        {meter.meterNo}
      </Link>
    ),
  },
  {
    key: 'place',
    title: say('board.place'),
    render: (meter) => `${buildingName(meter, language)} ${floorName(meter.floor, say)}`,
  },
  {
    key: 'premises',
    title: say('board.premises'),
    render: (meter) => (
      <>
        <Name>{meter.premises}</Name> <PointKind kind={meter.pointKind} />
      </>
    ),
  },
  { key: 'heard', title: say('meters.heard'), render: (meter) => <HeardTag heard={meter.heard} /> },
  {
    key: 'read',
    title: say('gateway.lastAnswer'),
    render: (meter) => <Age at={meter.readAt} staleAfterMs={meter.staleAfterMs} />,
  },
]

const readColumns = (say: Say): Column<MeterItem>[] => [
  {
    key: 'energy',
    title: say('readings.energy'),
    align: 'right',
    render: (meter) => <Energy wh={meter.energyWh} unit={false} />,
  },
  {
    key: 'energyAt',
    title: say('meters.energyAge'),
    render: (meter) => <Age at={meter.energyAt} staleAfterMs={energyStaleMs(meter)} />,
  },
  {
    key: 'power',
    title: say('board.power'),
    align: 'right',
    render: ({ powerW, powerAt, staleAfterMs }) => (
      <Dated at={powerAt} staleAfterMs={staleAfterMs}>
        <Power w={powerW} unit={false} />
      </Dated>
    ),
  },
  {
    key: 'clock',
    title: say('meters.clock'),
    render: ({ clockOffsetMs, clockAt }) => (
      <Dated at={clockAt} staleAfterMs={CLOCK_STALE_MS}>
        <ClockOffset ms={clockOffsetMs} />
      </Dated>
    ),
  },
]

const wireColumns = (say: Say, nameOf: ModelName): Column<MeterItem>[] => [
  {
    key: 'gateway',
    title: say('meters.bus'),
    render: (meter) => `${meter.gatewayCode} · ${meter.bus}`,
  },
  { key: 'address', title: say('meters.address'), render: (meter) => meter.address },
  { key: 'model', title: say('meter.model'), render: (meter) => nameOf(meter.model) },
  {
    key: 'fault',
    title: say('meter.fault'),
    render: ({ fault }) => (fault === null ? '—' : <Reason code={fault} />),
  },
]

export const meterColumns = (
  say: Say,
  language: Language,
  nameOf: ModelName,
): Column<MeterItem>[] => [
  ...placeColumns(say, language),
  ...readColumns(say),
  ...wireColumns(say, nameOf),
]
