// Books against meter 账表对照: expected and read side by side; what contradicts is marked by word,
// icon and colour.

import { CheckOutlined, WarningFilled } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { type TextKey, useText } from '../../text/i18n.ts'
import { Energy, Money } from '../../ui/money.tsx'
import { msText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { type Compared, type Comparison, fits } from './evidence.ts'
import styles from './holds.module.css'

type LineProps<Value> = {
  label: TextKey
  compared: Compared<Value>
  show: (value: Value) => ReactNode
}

const Verdict = ({ good }: { good: boolean }) => {
  const { say } = useText()
  return (
    <span className={styles.verdict}>
      {good ? <CheckOutlined aria-hidden /> : <WarningFilled aria-hidden />}{' '}
      {say(good ? 'hold.fits' : 'hold.differs')}
    </span>
  )
}

const Line = <Value extends number | string | boolean>({
  label,
  compared,
  show,
}: LineProps<Value>) => {
  const { say } = useText()
  const { expected, read } = compared
  if (expected === null && read === null) return null
  const known = expected !== null && read !== null
  return (
    <tr data-fits={fits(compared)}>
      <th scope="row">{say(label)}</th>
      <td>
        {expected === null ? (
          '—'
        ) : (
          <>
            {say(`hold.bound.${expected.bound}`)} {show(expected.value)}
          </>
        )}
      </td>
      <td>{read === null ? '—' : show(read)}</td>
      <td>{known ? <Verdict good={fits(compared)} /> : null}</td>
    </tr>
  )
}

/** What our order asked for beside the newest refund that the meter remembers. */
const RefundLine = ({ refund }: Pick<Comparison, 'refund'>) =>
  refund === null ? null : (
    <RecordLine
      label="hold.refund"
      record={refund.record}
      sale={{ n: null, amountFen: refund.askedFen }}
    />
  )

type RecordLineProps = Pick<Comparison, 'record' | 'sale'> & {
  label: 'hold.record' | 'hold.refund'
}

/** The order we sent beside the newest one that the meter remembers. */
const RecordLine = ({ label, record, sale }: RecordLineProps) => {
  const { say } = useText()
  if (record === null && sale === null) return null
  return (
    <tr>
      <th scope="row">{say(label)}</th>
      <td>
        {sale === null ? (
          '—'
        ) : (
          <>
            {say('hold.recordNo', { n: sale.n ?? '—' })} <Money fen={sale.amountFen} unit />
          </>
        )}
      </td>
      <td>
        {record === null ? (
          say('hold.noRecord')
        ) : (
          <>
            {say('hold.recordNo', { n: record.count ?? '—' })} <Money fen={record.amountFen} unit />
            <br />
            <Money fen={record.beforeFen} unit /> → <Money fen={record.afterFen} unit />
          </>
        )}
      </td>
      <td />
    </tr>
  )
}

const Notes = ({ comparison }: { comparison: Comparison }) => {
  const { say } = useText()
  const { differenceFen, usedWh } = comparison
  return (
    <p className={styles.notes}>
      {differenceFen === null ? null : (
        <span>
          {say('hold.sinceCertain')} <Money fen={differenceFen} unit strong />
        </span>
      )}
      {usedWh === null ? null : (
        <span>
          {say('hold.used')} <Energy wh={usedWh} />
        </span>
      )}
    </p>
  )
}

export const EvidenceTable = ({ comparison }: { comparison: Comparison }) => {
  const { say } = useText()
  const zone = useZone()
  const { readAtMs, count, balanceFen, customerNo, opened, record, sale, refund } = comparison
  return (
    <>
      <table className={styles.evidence}>
        <thead>
          <tr>
            <th scope="col">{say('hold.item')}</th>
            <th scope="col">{say('hold.expected')}</th>
            <th scope="col">
              {say('hold.read')}
              {readAtMs === null ? null : <small> {msText(readAtMs, zone)}</small>}
            </th>
            <th scope="col">{say('hold.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          <Line label="meter.count" compared={count} show={(value) => value} />
          <Line
            label="meter.balance"
            compared={balanceFen}
            show={(value) => <Money fen={value} unit />}
          />
          <Line label="fact.customerNo" compared={customerNo} show={(value) => value} />
          {opened.expected === null ? null : (
            <Line
              label="fact.opened"
              compared={opened}
              show={(value) => say(value ? 'word.yes' : 'word.no')}
            />
          )}
          {refund === null ? (
            <RecordLine label="hold.record" record={record} sale={sale} />
          ) : (
            <RefundLine refund={refund} />
          )}
        </tbody>
      </table>
      <Notes comparison={comparison} />
    </>
  )
}
