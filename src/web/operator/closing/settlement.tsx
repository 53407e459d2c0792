// What the tenant gets back or owes 结算, as the books stand.

import type { Settlement } from '../../../http/contract/account-life.ts'
import { useText } from '../../text/i18n.ts'
import { Money } from '../../ui/money.tsx'
import { Facts } from '../../ui/page.tsx'
import styles from './closing.module.css'

type Props = {
  settlement: Settlement
  /** Of meters that have yet to be emptied: null where one was never read; left out: none. */
  inMetersFen?: number | null
}

export const SettlementFacts = ({ settlement, inMetersFen }: Props) => {
  const { say } = useText()
  const { netFen } = settlement
  return (
    <>
      <Facts
        rows={[
          [say('settlement.payable'), <Money key="p" fen={settlement.payableFen} unit />],
          [say('settlement.balance'), <Money key="b" fen={settlement.balanceFen} unit />],
          [say('settlement.deposit'), <Money key="d" fen={settlement.depositFen} unit />],
          [say('settlement.carry'), <Money key="c" fen={settlement.carryOwedFen} unit />],
          settlement.serviceFeeFen === 0
            ? null
            : [say('payout.fee'), <Money key="f" fen={settlement.serviceFeeFen} unit />],
        ]}
      />
      <p className={styles.net} data-testid="net">
        {say(netFen < 0 ? 'settlement.owes' : 'settlement.getsBack')}{' '}
        <Money fen={Math.abs(netFen)} unit strong />
      </p>
      {inMetersFen === undefined ? null : (
        <p data-testid="in-meters">
          {say('settlement.inMeters')} <Money fen={inMetersFen} unit strong />
        </p>
      )}
    </>
  )
}
