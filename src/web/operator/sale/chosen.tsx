// Whom the money is for 售电对象: shop, tenant, meter, its state and balance with their age, and what
// the clerk must know before taking money.

import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { staleAfterOf } from '../board/board-data.ts'
import { buildingName, floorName } from '../board/building.ts'
import { RelayWord } from '../board/relay.tsx'
import { HeldAlert } from '../holds/held-alert.tsx'
import styles from './sale.module.css'
import type { Choice } from './sale-flow.ts'

const Warnings = ({ choice: { account, meter } }: { choice: Choice }) => {
  const { say } = useText()
  return (
    <>
      {meter.held ? <HeldAlert meterId={meter.meterId} /> : null}
      {!meter.opened ? <Alert type="error" showIcon title={say('sale.notOpened')} /> : null}
      {meter.state === 'offline' ? (
        <Alert type="warning" showIcon title={say('sale.offline')} />
      ) : null}
      {account.carryOwedFen > 0 ? (
        <Alert
          type="info"
          showIcon
          title={
            <>
              {say('sale.carryFirst')} <Money fen={account.carryOwedFen} unit />
            </>
          }
        />
      ) : null}
    </>
  )
}

export const Chosen = ({ choice }: { choice: Choice }) => {
  const { say, language } = useText()
  const { account, meter } = choice
  return (
    <section className={styles.chosen} aria-label={say('sale.chosen')}>
      <div className={styles.chosenHead}>
        <strong>{meter.premises}</strong>
        <PointKind kind={meter.pointKind} />
        <Name>{account.tenant}</Name>
        <StateTag state={meter.state} />
        <RelayWord relay={meter.relay} />
      </div>
      <div className={styles.chosenLine}>
        <span>
          <Name>{buildingName(meter, language)}</Name> {floorName(meter.floor, say)}
        </span>
        <span>
          {say('sale.accountNo')} {account.accountNo}
        </span>
        <span>
          {say('sale.meterNo')} {meter.meterNo}
        </span>
        {account.phoneMasked ? <span>{account.phoneMasked}</span> : null}
      </div>
      <div className={styles.chosenLine}>
        <span>
          {say('sale.balance')} <Money fen={meter.balanceFen} unit strong />{' '}
          <Age at={meter.balanceAt} staleAfterMs={staleAfterOf(meter.meterId)} />
        </span>
        {meter.pendingFen > 0 ? (
          <span>
            {say('sale.pending')} <Money fen={meter.pendingFen} unit />
          </span>
        ) : null}
      </div>
      <Warnings choice={choice} />
    </section>
  )
}
