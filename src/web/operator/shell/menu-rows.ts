// What stands in the left menu 菜单内容: pages by the work they belong to, for whoever may open them.

import {
  AccountBookOutlined,
  AlertOutlined,
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BankOutlined,
  BulbOutlined,
  CalendarOutlined,
  CarryOutOutlined,
  ClusterOutlined,
  ControlOutlined,
  DashboardOutlined,
  DollarOutlined,
  EyeInvisibleOutlined,
  FieldTimeOutlined,
  FileDoneOutlined,
  FileExcelOutlined,
  FileSearchOutlined,
  FileTextOutlined,
  FormOutlined,
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
  ThunderboltOutlined,
  ToolOutlined,
  UserSwitchOutlined,
  WalletOutlined,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import type { TextKey } from '../../text/i18n.ts'

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
  | '/imports/registers'
  | '/alarms'
  | '/holds'
  | '/places'
  | '/collection'
  | '/meters'
  | '/read-rounds'
  | '/commissioning'
  | '/batches'
  | '/policy'
  | '/suspects'
  | '/models'
  | '/plans'
  | '/bills'
  | '/meter-prices'
  | '/rerate'
  | '/sharing'
  | '/price-cap'
  | '/calendar'
  | '/month-figures'
  | '/shifts'
  | '/day-close'
  | '/ledger'
  | '/settings'
  | '/operators'
  | '/roles'
  | '/audit'
  | '/privacy'
  | '/webhooks'

export type MenuRow = {
  to: Path
  text: TextKey
  icon: ComponentType<{ 'aria-hidden': true }>
  /** Null: for everybody. */
  permission: string | null
}

export type MenuGroup = { text: TextKey; rows: readonly MenuRow[] }

const REGISTER = 'register.view'
const OPERATORS = 'operator.view'
const LEDGER = 'ledger.view'

const watch: readonly MenuRow[] = [
  { to: '/board', text: 'nav.board', icon: AppstoreOutlined, permission: 'board.view' },
  { to: '/alarms', text: 'nav.alarms', icon: AlertOutlined, permission: 'alarm.view' },
]
const control: readonly MenuRow[] = [
  { to: '/batches', text: 'nav.batches', icon: ControlOutlined, permission: 'command.view' },
  { to: '/policy', text: 'policy.title', icon: BulbOutlined, permission: 'command.view' },
]
const counter: readonly MenuRow[] = [
  { to: '/sale', text: 'nav.sale', icon: ThunderboltOutlined, permission: 'account.recharge' },
  { to: '/shift', text: 'nav.shift', icon: WalletOutlined, permission: 'shift.own' },
  { to: '/sales', text: 'nav.sales', icon: FileTextOutlined, permission: 'sale.view' },
  { to: '/payouts', text: 'nav.payouts', icon: RollbackOutlined, permission: 'sale.view' },
  { to: '/approvals', text: 'nav.approvals', icon: AuditOutlined, permission: null },
  { to: '/purchases', text: 'nav.purchases', icon: HistoryOutlined, permission: 'sale.view' },
  { to: '/holds', text: 'nav.holds', icon: PauseCircleOutlined, permission: 'sale.view' },
]
const accounts: readonly MenuRow[] = [
  { to: '/accounts', text: 'nav.accounts', icon: ShopOutlined, permission: 'account.view' },
  { to: '/swaps', text: 'nav.swaps', icon: SwapOutlined, permission: 'meter.swap' },
  { to: '/sheets', text: 'nav.sheets', icon: ImportOutlined, permission: 'account.import' },
]
const collection: readonly MenuRow[] = [
  { to: '/places', text: 'nav.places', icon: BankOutlined, permission: REGISTER },
  { to: '/collection', text: 'nav.collection', icon: ClusterOutlined, permission: REGISTER },
  { to: '/meters', text: 'nav.meters', icon: DashboardOutlined, permission: REGISTER },
  { to: '/read-rounds', text: 'nav.rounds', icon: SyncOutlined, permission: 'command.view' },
  {
    to: '/commissioning',
    text: 'nav.commissioning',
    icon: ToolOutlined,
    permission: 'commissioning.make',
  },
  {
    to: '/suspects',
    text: 'nav.suspects',
    icon: QuestionCircleOutlined,
    permission: 'reading.view',
  },
  { to: '/models', text: 'nav.models', icon: ProfileOutlined, permission: REGISTER },
  {
    to: '/imports/registers',
    text: 'nav.registerImport',
    icon: FileExcelOutlined,
    permission: 'register.edit',
  },
]
const prices: readonly MenuRow[] = [
  { to: '/plans', text: 'nav.plans', icon: TagsOutlined, permission: REGISTER },
  { to: '/meter-prices', text: 'nav.meterPrices', icon: TagOutlined, permission: 'board.view' },
  { to: '/bills', text: 'bills.title', icon: FileDoneOutlined, permission: 'sale.view' },
  { to: '/price-cap', text: 'cap.title', icon: DollarOutlined, permission: LEDGER },
  { to: '/calendar', text: 'nav.calendar', icon: CarryOutOutlined, permission: REGISTER },
  { to: '/month-figures', text: 'figures.title', icon: FormOutlined, permission: REGISTER },
  { to: '/rerate', text: 'nav.rerate', icon: FieldTimeOutlined, permission: 'rerate.view' },
  { to: '/sharing', text: 'nav.sharing', icon: PartitionOutlined, permission: LEDGER },
]
const books: readonly MenuRow[] = [
  { to: '/shifts', text: 'nav.shifts', icon: TeamOutlined, permission: 'shift.view' },
  { to: '/day-close', text: 'nav.dayClose', icon: CalendarOutlined, permission: 'day.close' },
  { to: '/ledger', text: 'nav.ledger', icon: AccountBookOutlined, permission: LEDGER },
]
const system: readonly MenuRow[] = [
  { to: '/settings', text: 'nav.settings', icon: SettingOutlined, permission: REGISTER },
  { to: '/operators', text: 'nav.operators', icon: UserSwitchOutlined, permission: OPERATORS },
  { to: '/roles', text: 'nav.roles', icon: SafetyOutlined, permission: OPERATORS },
  { to: '/audit', text: 'nav.audit', icon: FileSearchOutlined, permission: 'audit.view' },
  {
    to: '/privacy',
    text: 'privacy.title',
    icon: EyeInvisibleOutlined,
    permission: 'privacy.manage',
  },
  { to: '/webhooks', text: 'webhook.title', icon: ApiOutlined, permission: 'webhook.edit' },
]

export const MENU: readonly MenuGroup[] = [
  { text: 'nav.group.watch', rows: watch },
  { text: 'nav.group.counter', rows: counter },
  { text: 'nav.group.accounts', rows: accounts },
  { text: 'nav.group.control', rows: control },
  { text: 'nav.group.collection', rows: collection },
  { text: 'nav.group.prices', rows: prices },
  { text: 'nav.group.books', rows: books },
  { text: 'nav.group.system', rows: system },
]
