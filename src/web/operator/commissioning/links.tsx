// The rooms of commissioning 调试, each one step from the others.

import { Link } from '@tanstack/react-router'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { useMay } from '../api/session-store.ts'

export const CommissioningLinks = () => {
  const { say } = useText()
  const maySearch = useMay('register.edit')
  return (
    <span className={layout.tools}>
      <Link to="/commissioning">{say('checks.title')}</Link>
      {maySearch ? <Link to="/commissioning/scan">{say('scan.title')}</Link> : null}
      <Link to="/commissioning/read">{say('testRead.title')}</Link>
      <Link to="/commissioning/report">{say('acceptance.title')}</Link>
    </span>
  )
}
