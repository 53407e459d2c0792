// The left menu 菜单: only what the operator's role may open.

import {
  AccountBookOutlined,
  AlertOutlined,
  AppstoreOutlined,
  AuditOutlined,
  CalendarOutlined,
  ClusterOutlined,
  DashboardOutlined,
  FileSearchOutlined,
  FileTextOutlined,
  HistoryOutlined,
  ImportOutlined,
  PartitionOutlined,
  PauseCircleOutlined,
  ProfileOutlined,
  QuestionCircleOutlined,
  RollbackOutlined,
  SafetyOutlined,
  SettingOutlined,
  ShopOutlined,
  SwapOutlined,
  SyncOutlined,
  TagOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltFilled,
  ThunderboltOutlined,
  UserSwitchOutlined,
  WalletOutlined,
} from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { type TextKey, useText } from '../../text/i18n.ts'
import { useOpenAlarms } from '../alarms/alarm-data.ts'
import { useSessionState } from '../api/session-store.ts'
import styles from './shell.module.css'

type Path =
  | '/board'
  | '/sale'
  | '/shift'
  | '/sales'
  | '/payouts'
  | '/approvals'
  | '/purchases'
  | '/accounts'
  | '/swaps'
  | '/sheets'
  | '/alarms'
  | '/holds'
  | '/collection'
  | '/meters'
  | '/read-rounds'
  | '/suspects'
  | '/models'
  | '/plans'
  | '/meter-prices'
  | '/sharing'
  | '/shifts'
  | '/day-close'
  | '/ledger'
  | '/settings'
  | '/operators'
  | '/roles'
  | '/audit'
type Row = {
  to: Path
  text: TextKey
  icon: ComponentType<{ 'aria-hidden': true }>
  permission: string
}

const REGISTER = 'register.view'
const READING = 'reading.view'
const OPERATORS = 'operator.view'

const ROWS: readonly Row[] = [
  { to: '/board', text: 'nav.board', icon: AppstoreOutlined, permission: 'board.view' },
  { to: '/sale', text: 'nav.sale', icon: ThunderboltOutlined, permission: 'account.recharge' },
  { to: '/shift', text: 'nav.shift', icon: WalletOutlined, permission: 'shift.own' },
  { to: '/sales', text: 'nav.sales', icon: FileTextOutlined, permission: 'sale.view' },
  { to: '/payouts', text: 'nav.payouts', icon: RollbackOutlined, permission: 'sale.view' },
  { to: '/approvals', text: 'nav.approvals', icon: AuditOutlined, permission: 'sale.view' },
  { to: '/purchases', text: 'nav.purchases', icon: HistoryOutlined, permission: 'sale.view' },
  { to: '/accounts', text: 'nav.accounts', icon: ShopOutlined, permission: 'account.view' },
  { to: '/swaps', text: 'nav.swaps', icon: SwapOutlined, permission: 'meter.swap' },
  { to: '/sheets', text: 'nav.sheets', icon: ImportOutlined, permission: 'account.import' },
  { to: '/alarms', text: 'nav.alarms', icon: AlertOutlined, permission: 'alarm.view' },
  { to: '/holds', text: 'nav.holds', icon: PauseCircleOutlined, permission: 'sale.view' },
  { to: '/collection', text: 'nav.collection', icon: ClusterOutlined, permission: REGISTER },
  { to: '/meters', text: 'nav.meters', icon: DashboardOutlined, permission: REGISTER },
  { to: '/read-rounds', text: 'nav.rounds', icon: SyncOutlined, permission: 'command.view' },
  { to: '/suspects', text: 'nav.suspects', icon: QuestionCircleOutlined, permission: READING },
  { to: '/models', text: 'nav.models', icon: ProfileOutlined, permission: REGISTER },
  { to: '/plans', text: 'nav.plans', icon: TagsOutlined, permission: REGISTER },
  { to: '/meter-prices', text: 'nav.meterPrices', icon: TagOutlined, permission: 'board.view' },
  { to: '/sharing', text: 'nav.sharing', icon: PartitionOutlined, permission: 'ledger.view' },
  { to: '/shifts', text: 'nav.shifts', icon: TeamOutlined, permission: 'shift.view' },
  { to: '/day-close', text: 'nav.dayClose', icon: CalendarOutlined, permission: 'day.close' },
  { to: '/ledger', text: 'nav.ledger', icon: AccountBookOutlined, permission: 'ledger.view' },
  { to: '/settings', text: 'nav.settings', icon: SettingOutlined, permission: 'plan.edit' },
  { to: '/operators', text: 'nav.operators', icon: UserSwitchOutlined, permission: OPERATORS },
  { to: '/roles', text: 'nav.roles', icon: SafetyOutlined, permission: OPERATORS },
  { to: '/audit', text: 'nav.audit', icon: FileSearchOutlined, permission: 'audit.view' },
]

const OpenAlarms = () => {
  const { say } = useText()
  const open = useOpenAlarms()
  if (open === 0) return null
  return (
    <span className={styles.badge}>
      <span aria-hidden>{open > 99 ? '99+' : open}</span>
      <span className={styles.hidden}>{say('nav.alarmsOpen', { n: open })}</span>
    </span>
  )
}

export const Menu = () => {
  const { say } = useText()
  const { session } = useSessionState()
  const rows = ROWS.filter((row) => session?.permissions.includes(row.permission))
  return (
    <nav className={styles.menu} aria-label={say('nav.label')}>
      <div className={styles.brand}>
        <ThunderboltFilled aria-hidden className={styles.mark} />
        <span>{say('app.name')}</span>
      </div>
      <ul>
        {rows.map(({ to, text, icon: Icon }) => (
          <li key={to}>
            <Link to={to} className={styles.item} activeProps={{ 'aria-current': 'page' }}>
              <Icon aria-hidden />
              <span>{say(text)}</span>
              {to === '/alarms' ? <OpenAlarms /> : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
