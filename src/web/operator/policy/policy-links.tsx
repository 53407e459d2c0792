// The screens of the power policy 供电策略, one beside the other.

import { Link } from '@tanstack/react-router'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { useMay } from '../api/session-store.ts'

export const PolicyLinks = () => {
  const { say } = useText()
  const maySeeAccounts = useMay('account.view')
  return (
    <nav className={layout.line} aria-label={say('policy.title')}>
      <Link to="/policy">{say('policy.settings')}</Link>
      {maySeeAccounts ? <Link to="/policy/supplies">{say('policy.supplies')}</Link> : null}
      {maySeeAccounts ? <Link to="/policy/dark">{say('dark.title')}</Link> : null}
      <Link to="/policy/interlock">{say('interlock.title')}</Link>
      <Link to="/policy/timed">{say('timed.title')}</Link>
    </nav>
  )
}
