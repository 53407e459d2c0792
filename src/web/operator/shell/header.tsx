// The top bar 顶栏: complex, live state, language, operator and log-out.

import { LogoutOutlined, UserOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import { Name } from '../../ui/name.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { AlarmBell } from '../alarms/bell.tsx'
import { logOut } from '../api/session.ts'
import { useMay, useSessionState } from '../api/session-store.ts'
import { ApprovalBadge } from '../approvals/badge.tsx'
import { type Complex, rememberComplex, useComplexOrNull } from '../complex.tsx'
import { useLive } from '../live/live.ts'
import { LanguageSwitch } from './language-switch.tsx'
import styles from './shell.module.css'

const ComplexChoice = ({ complexes, current }: { complexes: Complex[]; current: Complex }) => {
  const { say, language } = useText()
  const navigate = useNavigate()
  const nameOf = (complex: Complex) => (language === 'en' && complex.nameEn) || complex.name
  if (complexes.length === 1) return <strong translate="no">{nameOf(current)}</strong>
  return (
    <Select
      aria-label={say('app.complex')}
      value={current.complexId}
      options={complexes.map((each) => ({ value: each.complexId, label: nameOf(each) }))}
      onChange={(complexId) => {
        rememberComplex(complexId)
        void navigate({ to: '/board', search: { complexId: String(complexId) } })
      }}
    />
  )
}

const LiveDot = () => {
  const { say } = useText()
  const { lostSince, heardAt } = useLive()
  const may = useMay('board.view')
  const up = lostSince === null && heardAt !== null
  if (!may) return null
  return (
    <span className={styles.live} data-live={up} data-testid="live-state">
      <i aria-hidden />
      {say(up ? 'live.on' : 'live.connecting')}
    </span>
  )
}

const LogOut = () => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const client = useQueryClient()
  const leave = async () => {
    try {
      await logOut()
    } catch (error) {
      message.error(words(problemOf(error)))
      return
    }
    client.clear()
    await navigate({ to: '/login' })
  }
  return (
    <Button type="text" icon={<LogoutOutlined />} onClick={leave}>
      {say('action.logOut')}
    </Button>
  )
}

export const Header = () => {
  const { say } = useText()
  const { session } = useSessionState()
  const complex = useComplexOrNull()
  return (
    <header className={styles.header}>
      {session && complex ? (
        <ComplexChoice complexes={session.complexes} current={complex} />
      ) : (
        <span />
      )}
      <div className={styles.headerTools}>
        {complex ? <ApprovalBadge key={`approvals-${complex.complexId}`} /> : null}
        <AlarmBell key={complex?.complexId} />
        {complex ? <LiveDot /> : null}
        <LanguageSwitch />
        <Link to="/me" className={styles.operator} title={say('me.title')}>
          <UserOutlined aria-hidden /> <Name>{session?.operator.name}</Name>
        </Link>
        <LogOut />
      </div>
    </header>
  )
}
