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
import { Stacked, stackedTitle } from '../../ui/stacked.tsx'
import { buildingName, floorName } from '../board/building.ts'
import { Dated } from './dated.tsx'
import { CLOCK_STALE_MS, energyStaleMs, HeardTag } from './heard.tsx'
import { ClockOffset } from './meter-figures.tsx'

type ModelName = (model: string) => string

const placeColumns = (say: Say, language: Language): Column<MeterItem>[] => [
  {
    key: 'no',
    title: stackedTitle(say('meter.no'), say('meters.address')),
    render: (meter) => (
      <Stacked under={meter.address}>
        <Link to="/meters" search={(now) => ({ ...now, meter: String(meter.meterId) })}>
          {meter.meterNo}
        </Link>
      </Stacked>
    ),
  },
  {
    key: 'place',
    title: stackedTitle(say('board.premises'), say('board.place')),
    wrap: true,
    render: (meter) => (
      <Stacked
        under={
          meter.pointId === null ? (
            say('stock.free')
          ) : (
            <>
              <Name>{buildingName(meter, language)}</Name> {floorName(meter.floor, say)}
            </>
          )
        }
      >
        <Name>{meter.premises}</Name> <PointKind kind={meter.pointKind} />
      </Stacked>
    ),
  },
  {
    key: 'heard',
    title: stackedTitle(say('meters.heard'), say('gateway.lastAnswer')),
    render: (meter) => (
      <Stacked under={<Age at={meter.readAt} staleAfterMs={meter.staleAfterMs} />}>
        <HeardTag heard={meter.heard} />
      </Stacked>
    ),
  },
]

const readColumns = (say: Say): Column<MeterItem>[] => [
  {
    key: 'energy',
    title: say('readings.energy'),
    align: 'right',
    render: (meter) => (
      <Stacked under={<Age at={meter.energyAt} staleAfterMs={energyStaleMs(meter)} />}>
        <Energy wh={meter.energyWh} unit={false} />
      </Stacked>
    ),
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
    title: stackedTitle(say('meters.bus'), say('meter.model')),
    wrap: true,
    render: (meter) => (
      <Stacked under={nameOf(meter.model)}>{`${meter.gatewayCode} · ${meter.bus}`}</Stacked>
    ),
  },
  {
    key: 'fault',
    title: say('meter.fault'),
    wrap: true,
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
