// What was last read of one meter 电表最近数据, each figure with its own age: an old one must not borrow
// the freshness of its neighbour.

import type { ReactNode } from 'react'
import type { MeterCollection } from '../../../http/contract/collection.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import { Energy, Money, Power } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { Reason } from '../../ui/reason.tsx'
import { RelayWord } from '../board/relay.tsx'
import { MultiplierButton } from '../rerate/multiplier-dialog.tsx'
import { CLOCK_STALE_MS, energyStaleMs } from './heard.tsx'
import styles from './meters.module.css'

type FigureProps = { label: string; at: string | null; staleAfterMs: number; children: ReactNode }

const Figure = ({ label, at, staleAfterMs, children }: FigureProps) => (
  <div className={styles.figure}>
    <span className={styles.label}>{label}</span>
    <span className={styles.value}>{children}</span>
    <Age at={at} staleAfterMs={staleAfterMs} />
  </div>
)

/** Meter minus centre, in seconds with its sign. */
export const ClockOffset = ({ ms }: { ms: number | null }) => {
  const { say } = useText()
  if (ms === null) return '—'
  const seconds = Math.round(ms / 1000)
  if (seconds === 0) return say('clock.right')
  return say(seconds > 0 ? 'clock.fast' : 'clock.slow', { n: Math.abs(seconds) })
}

const numbers = (value: unknown): (number | null)[] =>
  Array.isArray(value) ? value.map((each: unknown) => (typeof each === 'number' ? each : null)) : []

/** `2305` tenths → `230.5`; the digits are cut from the whole number. */
const decimal = (whole: number | null, digits: number): string => {
  if (whole === null) return '—'
  const text = String(Math.abs(Math.round(whole))).padStart(digits + 1, '0')
  return `${whole < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

const listed = (value: unknown, digits: number): string =>
  numbers(value)
    .map((each) => decimal(each, digits))
    .join(' / ')

const electricalRows = (meter: MeterCollection, say: Say): [string, string, string][] => {
  const { electrical } = meter
  if (electrical === null) return []
  const rows: [string, string, string][] = [
    ['voltage', say('electrical.voltage'), listed(electrical.voltagesDv, 1)],
    ['current', say('electrical.current'), listed(electrical.currentsMa, 3)],
  ]
  const { powerFactorE3 } = electrical
  if (typeof powerFactorE3 === 'number')
    rows.push(['factor', say('electrical.factor'), decimal(powerFactorE3, 3)])
  return rows.filter(([, , text]) => text !== '')
}

const isRelay = (relay: string | null): relay is 'closed' | 'tripped' | 'closePermitted' =>
  relay === 'closed' || relay === 'tripped' || relay === 'closePermitted'

export const MeterFigures = ({ meter }: { meter: MeterCollection }) => {
  const { say } = useText()
  const { staleAfterMs } = meter
  return (
    <div className={styles.figures}>
      <Figure label={say('meter.energy')} at={meter.energyAt} staleAfterMs={energyStaleMs(meter)}>
        <Energy wh={meter.energyWh} />
      </Figure>
      <Figure label={say('meter.power')} at={meter.powerAt} staleAfterMs={staleAfterMs}>
        <Power w={meter.powerW} />
      </Figure>
      {meter.relayAt === null ? null : (
        <Figure label={say('meter.relay')} at={meter.relayAt} staleAfterMs={staleAfterMs}>
          <RelayWord relay={isRelay(meter.relay) ? meter.relay : null} />
        </Figure>
      )}
      {meter.balanceAt === null ? null : (
        <Figure label={say('meters.wallet')} at={meter.balanceAt} staleAfterMs={staleAfterMs}>
          <Money fen={meter.balanceFen} unit />
        </Figure>
      )}
      <Figure label={say('meters.clock')} at={meter.clockAt} staleAfterMs={CLOCK_STALE_MS}>
        <ClockOffset ms={meter.clockOffsetMs} />
      </Figure>
      {electricalRows(meter, say).map(([key, label, text]) => (
        <Figure key={key} label={label} at={meter.electricalAt} staleAfterMs={energyStaleMs(meter)}>
          {text}
        </Figure>
      ))}
    </div>
  )
}

const settingsText = (settings: Record<string, unknown>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ')

type FactsProps = { meter: MeterCollection; modelName: string }

export const MeterFacts = ({ meter, modelName }: FactsProps) => {
  const { say } = useText()
  const own = settingsText(meter.settings)
  return (
    <Facts
      rows={[
        [say('meter.no'), meter.meterNo],
        [say('meters.address'), meter.address],
        [say('meter.model'), modelName],
        [say('meter.gateway'), `${meter.gatewayCode} · ${say('bus.n', { n: meter.bus })}`],
        [say('meters.channels'), meter.channels.join(', ')],
        [say('meter.accountNo'), meter.accountNo ?? '—'],
        own === '' ? null : [say('meters.settings'), own],
        meter.fault === null ? null : [say('meter.fault'), <Reason key="f" code={meter.fault} />],
        meter.silentSince === null
          ? null
          : [say('meters.silentSince'), <When key="s" at={meter.silentSince} />],
        ...meter.freezes.map(({ which, frozenAt }): [string, ReactNode] => [
          say(freezeKey(which)),
          <When key={which} at={frozenAt} />,
        ]),
      ]}
    />
  )
}

const freezeKey = (which: string) =>
  which === 'daily' || which === 'monthly' ? (`freeze.${which}` as const) : 'freeze.interval'

export const Installations = ({ meter }: { meter: MeterCollection }) => {
  const { say } = useText()
  if (meter.installations.length === 0) return <p>{say('meters.notInstalled')}</p>
  return meter.installations.map((each) => (
    <Facts
      key={each.since}
      rows={[
        [
          say('board.premises'),
          <span key="p">
            <Name>{each.premises}</Name> <PointKind kind={each.pointKind} />
          </span>,
        ],
        [say('meters.installedSince'), <When key="s" at={each.since} />],
        each.until === null
          ? null
          : [say('meters.installedUntil'), <When key="u" at={each.until} />],
        [
          say('meter.multiplier'),
          <span key="x">
            {each.multiplier} · {say(`side.${each.side}`)} <MultiplierButton installation={each} />
          </span>,
        ],
        [say('meters.direction'), say(`direction.${each.direction}`)],
        [say('meters.maxPower'), <Power key="m" w={each.maxPowerW} />],
        [say('meters.initial'), <Energy key="i" wh={each.initialWh} />],
      ]}
    />
  ))
}
