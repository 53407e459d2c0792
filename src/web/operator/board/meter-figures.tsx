// The figures of one meter 电表数据, each with its own age: they are read in different rounds, and an
// old one must not borrow the freshness of its neighbour.

import { Alert } from 'antd'
import type { ReactNode } from 'react'
import type { BoardItem, MeterDetail } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import { Energy, Money, Power, Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Dated } from '../meters/dated.tsx'
import styles from './board.module.css'
import { buildingName, floorName } from './building.ts'
import { ENERGY_ROUNDS_MS } from './freshness.ts'
import { ModeReasonWords } from './mode-reason.tsx'
import { RelayWord } from './relay.tsx'

type FigureProps = { label: string; at: string | null; staleAfterMs: number; children: ReactNode }

const Figure = ({ label, at, staleAfterMs, children }: FigureProps) => (
  <div className={styles.figure}>
    <span className={styles.figureLabel}>{label}</span>
    <span className={styles.figureValue}>
      <Dated at={at} staleAfterMs={staleAfterMs}>
        {children}
      </Dated>
    </span>
    <Age at={at} staleAfterMs={staleAfterMs} />
  </div>
)

export const MeterFigures = ({ item }: { item: BoardItem }) => {
  const { say } = useText()
  const { staleAfterMs } = item
  return (
    <>
      <div className={styles.figures}>
        <Figure label={say('meter.balance')} at={item.balanceAt} staleAfterMs={staleAfterMs}>
          <Money fen={item.balanceFen} unit strong />
        </Figure>
        <Figure label={say('meter.relay')} at={item.relayAt} staleAfterMs={staleAfterMs}>
          <RelayWord relay={item.relay} />
        </Figure>
        <Figure label={say('meter.count')} at={item.countAt} staleAfterMs={staleAfterMs}>
          {item.purchaseCount ?? '—'}
        </Figure>
        <Figure label={say('meter.power')} at={item.powerAt} staleAfterMs={staleAfterMs}>
          <Power w={item.powerW} />
        </Figure>
        <Figure
          label={say('meter.energy')}
          at={item.energyAt}
          staleAfterMs={Math.max(staleAfterMs, ENERGY_ROUNDS_MS)}
        >
          <Energy wh={item.energyWh} />
        </Figure>
        <Figure label={say('meter.keepBit')} at={item.relayAt} staleAfterMs={staleAfterMs}>
          {item.kept === null ? '—' : say(item.kept ? 'meter.keepSet' : 'meter.keepClear')}
        </Figure>
      </div>
      {item.relay === 'closePermitted' ? (
        <Alert type="info" showIcon title={say('note.needsHandOnButton')} />
      ) : null}
    </>
  )
}

export const MeterFacts = ({ meter }: { meter: MeterDetail }) => {
  const { say, language } = useText()
  const place = `${buildingName(meter, language)} ${floorName(meter.floor, say)}`
  return (
    <Facts
      rows={[
        [say('meter.place'), `${place} ${meter.premises}`],
        [say('meter.tenant'), <Name key="t">{meter.tenant ?? '—'}</Name>],
        [say('meter.accountNo'), meter.accountNo ?? '—'],
        [say('meter.no'), meter.meterNo],
        [
          say('meter.point'),
          <span key="k">
            <PointKind kind={meter.pointKind} /> <Name>{meter.pointName}</Name>
          </span>,
        ],
        [say('meter.model'), meter.modelName[language]],
        [say('meter.gateway'), meter.gatewayCode],
        [say('meter.multiplier'), meter.multiplier ?? '—'],
        [say('meter.mode'), say(`mode.${meter.mode}`)],
        meter.modeReason === null
          ? null
          : [say('mode.reason'), <ModeReasonWords key="r" reason={meter.modeReason} />],
        meter.modeUntil === null
          ? null
          : [say('mode.until'), <When key="u" at={meter.modeUntil} />],
        meter.fault === null ? null : [say('meter.fault'), <Reason key="f" code={meter.fault} />],
      ]}
    />
  )
}

export const MeterPrice = ({ meter }: { meter: MeterDetail }) => {
  const { say } = useText()
  return (
    <Facts
      rows={[
        [say('meter.plan'), <Name key="n">{meter.plan ?? '—'}</Name>],
        [say('meter.price'), <Price key="p" e8={meter.priceE8} />],
        [say('meter.alarm1'), <Money key="1" fen={meter.alarm1Fen} />],
        [say('meter.alarm2'), <Money key="2" fen={meter.alarm2Fen} />],
        [say('meter.overdraft'), <Money key="o" fen={meter.overdraftFen} />],
        [say('meter.hoarding'), <Money key="h" fen={meter.hoardingFen} />],
      ]}
    />
  )
}
