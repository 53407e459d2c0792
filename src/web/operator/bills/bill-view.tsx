// One bill 账单: what was read, what it came to line by line, and what of it is in the books.

import { Alert } from 'antd'
import type { Bill } from '../../../http/contract/bills.ts'
import { hasText, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money } from '../../ui/money.tsx'
import { exactKwhText } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Card, Facts } from '../../ui/page.tsx'
import { BillLines } from './bill-lines.tsx'
import styles from './bills.module.css'

type Meter = Bill['meters'][number]
type Charge = Bill['charges'][number]

const Unpriced = ({ items }: { items: Bill['unpriced'] }) => {
  const { say } = useText()
  if (items.length === 0) return null
  return (
    <Alert
      type="error"
      showIcon
      title={say('bill.unpriced')}
      description={
        <ul className={styles.unpriced}>
          {items.map((item) => (
            <li key={`${item.from}/${item.period}`}>
              <When at={item.from} /> – <When at={item.to} /> <Energy wh={item.energyWh} />{' '}
              {item.period === null ? '' : say(`period.${item.period}`)}{' '}
              {say(`bill.why.${item.why}`)}
            </li>
          ))}
        </ul>
      }
    />
  )
}

const Standing = ({ bill, openFen }: { bill: Bill; openFen: number | null }) => {
  const { say } = useText()
  if (openFen === null) return <Alert type="warning" showIcon title={say('bill.notPriced')} />
  // Energy without a price is in neither of the two amounts.
  if (openFen === 0 && bill.unpriced.length > 0)
    return <Alert type="info" showIcon title={say('bill.agreesPriced')} />
  if (openFen === 0) return <Alert type="success" showIcon title={say('bill.agrees')} />
  const words = bill.mode === 'meter' ? 'bill.differsMeter' : 'bill.differs'
  return <Alert type="info" showIcon title={say(words)} />
}

const Sums = ({ bill }: { bill: Bill }) => {
  const { say } = useText()
  const { dueFen, postedFen, energyWh, estimatedWh, yearBeforeWh } = bill
  const openFen = dueFen === null || postedFen === null ? null : dueFen - postedFen
  return (
    <>
      <Facts
        rows={[
          [
            say('bill.period'),
            <span key="p">
              <When at={bill.from} /> – <When at={bill.to} />
            </span>,
          ],
          [say('bill.pricedUntil'), <When key="u" at={bill.pricedUntil} />],
          [say('bill.energy'), <Energy key="e" wh={energyWh} exact />],
          estimatedWh
            ? [say('bill.estimatedEnergy'), <Energy key="x" wh={estimatedWh} exact />]
            : null,
          yearBeforeWh === null
            ? null
            : [say('bill.yearBefore'), <Energy key="y" wh={yearBeforeWh} exact />],
          [say('bill.due'), <Money key="d" fen={dueFen} unit strong />],
          [
            say(bill.mode === 'meter' ? 'bill.deducted' : 'bill.posted'),
            <Money key="b" fen={postedFen} unit />,
          ],
          [
            say('bill.open'),
            <span key="o" data-testid="bill-open">
              <Money fen={openFen} unit />
            </span>,
          ],
        ]}
      />
      <Standing bill={bill} openFen={openFen} />
    </>
  )
}

const Reading = ({ reading }: { reading: Meter['start'] }) => {
  const { say } = useText()
  const key = `source.${reading.source}`
  return (
    <span className={layout.lines}>
      <Energy wh={reading.energyWh} exact />
      <small>
        <When at={reading.at} /> {hasText(key) ? say(key) : reading.source}
      </small>
    </span>
  )
}

/** A first reading before the month: only a part of what the register went on is of the month. */
const Used = ({ meter }: { meter: Meter }) => {
  const { say } = useText()
  const { start, end, multiplier, usedWh } = meter
  const wentOn = (end.energyWh - start.energyWh) * multiplier
  return (
    <span className={layout.lines}>
      <Energy wh={usedWh} exact />
      {wentOn > usedWh ? (
        <small>{say('bill.partOf', { energy: exactKwhText(wentOn) })}</small>
      ) : null}
    </span>
  )
}

const Meters = ({ meters }: { meters: readonly Meter[] }) => {
  const { say } = useText()
  return (
    <DataTable<Meter>
      label={say('bill.meters')}
      rows={meters}
      rowKey={(meter) => `${meter.meterId}/${meter.start.at}`}
      emptyText={say('bill.noMeters')}
      columns={[
        { key: 'no', title: say('sale.meterNo'), render: (m) => m.meterNo },
        { key: 'start', title: say('bill.start'), render: (m) => <Reading reading={m.start} /> },
        { key: 'end', title: say('bill.end'), render: (m) => <Reading reading={m.end} /> },
        {
          key: 'multiplier',
          title: say('meter.multiplier'),
          render: (m) => (
            <span className={layout.lines}>
              <span>× {m.multiplier}</span>
              <small>{say(`side.${m.side}`)}</small>
            </span>
          ),
        },
        {
          key: 'used',
          title: say('bill.used'),
          align: 'right',
          render: (m) => <Used meter={m} />,
        },
        { key: 'n', title: say('bill.readings'), align: 'right', render: (m) => m.readings },
      ]}
    />
  )
}

const causeText = (cause: string | null, say: Say): string => {
  const key = `bill.cause.${cause}`
  if (cause === null) return '—'
  return hasText(key) ? say(key) : cause
}

const Charges = ({ charges }: { charges: readonly Charge[] }) => {
  const { say } = useText()
  return (
    <DataTable<Charge>
      label={say('bill.charges')}
      rows={charges}
      rowKey={(charge) => `${charge.at}/${charge.meterNo}/${charge.day}`}
      emptyText={say('bill.noCharges')}
      columns={[
        { key: 'day', title: say('bill.day'), render: (c) => c.day },
        { key: 'at', title: say('bill.at'), render: (c) => <When at={c.at} /> },
        { key: 'meter', title: say('sale.meterNo'), render: (c) => c.meterNo },
        {
          key: 'energy',
          title: say('bill.energy'),
          align: 'right',
          render: (c) => <Energy wh={c.energyWh} />,
        },
        {
          key: 'due',
          title: say('bill.amountYuan'),
          align: 'right',
          render: (c) => <Money fen={c.dueFen} />,
        },
        { key: 'until', title: say('bill.untilReading'), render: (c) => <When at={c.until} /> },
        { key: 'cause', title: say('bill.cause'), render: (c) => causeText(c.cause, say) },
        {
          key: 'posted',
          title: say('bill.inBooks'),
          render: (c) => say(c.postingId === null ? 'bill.notPosted' : 'bill.isPosted'),
        },
      ]}
    />
  )
}

export const BillView = ({ bill }: { bill: Bill }) => {
  const { say } = useText()
  return (
    <>
      <Unpriced items={bill.unpriced} />
      <Card title={<Name>{`${bill.premises} ${bill.premisesName} · ${bill.tenant}`}</Name>}>
        <div className={styles.sums}>
          <Sums bill={bill} />
        </div>
      </Card>
      <Card title={say('bill.meters')}>
        <Meters meters={bill.meters} />
      </Card>
      <Card title={say('bill.lines')}>
        <BillLines bill={bill} />
      </Card>
      <Card title={say('bill.charges')}>
        <Charges charges={bill.charges} />
      </Card>
    </>
  )
}
