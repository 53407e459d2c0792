// The latest purchases 最近购电 of a meter, an account or the whole complex, as a short list.

import { Link } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import type { Purchase } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import type { Query } from '../api/client.ts'
import { Premises } from '../board/premises.tsx'
import { useComplex } from '../complex.tsx'
import { useRecentPurchases } from './purchase-data.ts'
import { PurchaseTag } from './purchase-state.tsx'
import styles from './purchases.module.css'

const Line = ({ purchase }: { purchase: Purchase }) => (
  <li>
    <Link to="/purchases/$purchaseId" params={{ purchaseId: purchase.purchaseId }}>
      <Name className={styles.recentShop}>
        <strong>
          <Premises of={purchase} />
        </strong>{' '}
        {purchase.tenant}
      </Name>
      <span className={styles.recentMoney}>
        <Money fen={purchase.amountFen} unit />
      </span>
      <span className={styles.recentTime}>
        <When at={purchase.queuedAt} />
      </span>
      <PurchaseTag state={purchase.state} />
    </Link>
  </li>
)

type RecentPurchasesProps = { filter: Query; limit: number }

export const RecentPurchases = ({ filter, limit }: RecentPurchasesProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useRecentPurchases(complexId, { ...filter, limit })
  if (error && !data) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!data) return <Skeleton active />
  if (data.items.length === 0) return <p className={layout.none}>{say('purchase.none')}</p>
  return (
    <ul className={styles.recent}>
      {data.items.map((purchase) => (
        <Line key={purchase.purchaseId} purchase={purchase} />
      ))}
    </ul>
  )
}
