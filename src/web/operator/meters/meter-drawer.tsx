// One meter as it is collected 电表采集详情: what was last read and when, where it hangs, its readings as
// picture and table; it can be read now and the value arrives here.

import { Link } from '@tanstack/react-router'
import { Alert, App, Button, Drawer, Skeleton } from 'antd'
import type { MeterCollection } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Energy } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert, problemOf, useProblemText } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useModelName } from '../collection/collection-data.ts'
import { PricesPanel } from '../meter-prices/prices-panel.tsx'
import { OneRead } from '../rounds/one-read.tsx'
import { useStartRound } from '../rounds/round-data.ts'
import { BarredMeter } from '../swaps/reinitialise.tsx'
import { HeardTag } from './heard.tsx'
import { useMeterCollection } from './meter-data.ts'
import { Installations, MeterFacts, MeterFigures } from './meter-figures.tsx'
import { MeterRegister } from './meter-register.tsx'
import styles from './meters.module.css'
import { type ReadingChoice, ReadingsPanel } from './readings-panel.tsx'

const WHAT = ['status', 'energy', 'clock'] as const

/** What was read last is not believed: the figures below are older than it. */
const Suspect = ({ meter }: { meter: MeterCollection }) => {
  const { say } = useText()
  if (meter.suspectAt === null) return null
  return (
    <Alert
      type="warning"
      showIcon
      title={
        <>
          {say('meters.suspect')} <Energy wh={meter.suspectWh} /> <When at={meter.suspectAt} />
        </>
      }
      action={<Link to="/suspects">{say('nav.suspects')}</Link>}
    />
  )
}

const Actions = ({ complexId, meter }: { complexId: number; meter: MeterCollection }) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const maySend = useMay('command.send')
  const round = useStartRound(complexId, { stay: true })
  const asked = { unit: { meterIds: [meter.meterId] }, what: [...WHAT] }
  const read = () => round.start(asked, (error) => void message.error(words(problemOf(error))))
  return (
    <>
      <div className={styles.tools}>
        {maySend ? (
          <Button type="primary" loading={round.isPending} onClick={read}>
            {say('action.readNow')}
          </Button>
        ) : null}
        {meter.accountId === null ? null : (
          <Link to="/board" search={{ meter: String(meter.meterId) }}>
            {say('meters.onBoard')}
          </Link>
        )}
      </div>
      {round.roundId === null ? null : <OneRead complexId={complexId} roundId={round.roundId} />}
    </>
  )
}

type ContentProps = {
  complexId: number
  meter: MeterCollection
  choice: ReadingChoice
  onChoice: (next: ReadingChoice) => void
  onClose: () => void
}

const Content = ({ complexId, meter, choice, onChoice, onClose }: ContentProps) => {
  const { say } = useText()
  const mayRead = useMay('reading.view')
  const maySeePrices = useMay('board.view')
  const nameOf = useModelName(complexId)
  return (
    <div className={styles.drawer}>
      <Suspect meter={meter} />
      <BarredMeter complexId={complexId} meterId={meter.meterId} barredAt={meter.barredAt} />
      <MeterFigures meter={meter} />
      <Actions complexId={complexId} meter={meter} />
      <MeterRegister complexId={complexId} meter={meter} onRemoved={onClose} />
      <div className={styles.columns}>
        <div>
          <h2>{say('meter.facts')}</h2>
          <MeterFacts meter={meter} modelName={nameOf(meter.model)} />
        </div>
        <div>
          <h2>{say('meters.installation')}</h2>
          <Installations meter={meter} />
        </div>
      </div>
      {maySeePrices ? (
        <>
          <h2>{say('nav.meterPrices')}</h2>
          <PricesPanel complexId={complexId} meterId={meter.meterId} />
        </>
      ) : null}
      {mayRead ? (
        <>
          <h2>{say('readings.title')}</h2>
          <ReadingsPanel
            complexId={complexId}
            meterId={meter.meterId}
            choice={choice}
            onChoice={onChoice}
          />
        </>
      ) : null}
    </div>
  )
}

type MeterDrawerProps = {
  complexId: number
  meterId: number
  choice: ReadingChoice
  onChoice: (next: ReadingChoice) => void
  onClose: () => void
}

export const MeterDrawer = ({ complexId, meterId, onClose, ...rest }: MeterDrawerProps) => {
  const { say } = useText()
  const { data, error, refetch } = useMeterCollection(complexId, meterId)
  return (
    <Drawer
      open
      size={880}
      title={
        data ? (
          <span className={styles.title}>
            <Name>{data.premises}</Name> <PointKind kind={data.pointKind} /> {data.meterNo}{' '}
            <HeardTag heard={data.heard} />
          </span>
        ) : (
          say('meter.title')
        )
      }
      onClose={onClose}
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <Content complexId={complexId} meter={data} onClose={onClose} {...rest} /> : null}
      {!data && !error ? <Skeleton active /> : null}
    </Drawer>
  )
}
