// The screens of alarms 报警中心, one beside the other.

import { Link } from '@tanstack/react-router'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { useMay } from '../api/session-store.ts'

export const AlarmLinks = () => {
  const { say } = useText()
  const maySeeAccounts = useMay('account.view')
  return (
    <nav className={layout.line} aria-label={say('nav.alarms')}>
      <Link to="/alarms">{say('alarms.live')}</Link>
      <Link to="/alarms/history">{say('alarms.history')}</Link>
      <Link to="/alarms/rules">{say('alarms.rules')}</Link>
      {maySeeAccounts ? <Link to="/alarms/thresholds">{say('alarms.thresholds')}</Link> : null}
    </nav>
  )
}
