// The sign in the top bar 待我复核角标: how many wait for whoever looks, and of his own were agreed
// to, on every page.

import { AuditOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useText } from '../../text/i18n.ts'
import { useComplex } from '../complex.tsx'
import { useApprovalsWaiting } from './approval-data.ts'
import styles from './approvals.module.css'

export const ApprovalBadge = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { toDecide = 0, agreed = 0 } = useApprovalsWaiting(complexId).data ?? {}
  if (toDecide + agreed === 0) return null
  const whose = toDecide > 0 ? 'toDecide' : 'mine'
  const state = toDecide > 0 ? 'open' : 'agreed'
  return (
    <Link
      to="/approvals"
      search={{ whose, state }}
      className={styles.badge}
      data-testid="approval-badge"
      role="status"
    >
      <AuditOutlined aria-hidden />
      {toDecide > 0 ? (
        <span>
          {say('approval.whose.toDecide')} <span className={styles.count}>{toDecide}</span>
        </span>
      ) : null}
      {agreed > 0 ? (
        <span>
          {say('approval.agreedToYou')}{' '}
          <span className={`${styles.count} ${styles.ready}`}>{agreed}</span>
        </span>
      ) : null}
    </Link>
  )
}
