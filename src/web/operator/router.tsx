// The console's pages 路由: one table. Every page is fetched when it is first opened, and each states
// the search parameters it keeps in the URL.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { restoreSession } from './api/session.ts'
import { parseSearch, stringifySearch, textSearch } from './search.ts'
import { Loading, NotFound, PageError } from './shell/states.tsx'

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: PageError,
  validateSearch: textSearch('complexId'),
  search: { middlewares: [retainSearchParams(['complexId'])] },
})

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: textSearch('to'),
  component: lazyRouteComponent(() => import('./login/login-page.tsx'), 'LoginPage'),
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const session = await restoreSession()
    if (!session) throw redirect({ to: '/login', search: { to: location.href } })
  },
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
})

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/board' })
  },
})

const board = createRoute({
  getParentRoute: () => shell,
  path: '/board',
  validateSearch: textSearch('building', 'floor', 'state', 'q', 'view', 'meter'),
  component: lazyRouteComponent(() => import('./board/board-page.tsx'), 'BoardPage'),
})

const sale = createRoute({
  getParentRoute: () => shell,
  path: '/sale',
  validateSearch: textSearch('account', 'meter'),
  component: lazyRouteComponent(() => import('./sale/sale-page.tsx'), 'SalePage'),
})

const receipt = createRoute({
  getParentRoute: () => shell,
  path: '/sales/$saleId',
  component: lazyRouteComponent(() => import('./receipt/receipt-page.tsx'), 'ReceiptPage'),
})

const purchases = createRoute({
  getParentRoute: () => shell,
  path: '/purchases',
  validateSearch: textSearch('search', 'state', 'meterId', 'accountId', 'cursor'),
  component: lazyRouteComponent(() => import('./purchases/purchases-page.tsx'), 'PurchasesPage'),
})

const purchase = createRoute({
  getParentRoute: () => shell,
  path: '/purchases/$purchaseId',
  component: lazyRouteComponent(() => import('./purchases/timeline-page.tsx'), 'TimelinePage'),
})

const accounts = createRoute({
  getParentRoute: () => shell,
  path: '/accounts',
  validateSearch: textSearch('search', 'state', 'cursor'),
  component: lazyRouteComponent(() => import('./accounts/accounts-page.tsx'), 'AccountsPage'),
})

const openAccount = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/open',
  validateSearch: textSearch('meter'),
  component: lazyRouteComponent(() => import('./accounts/open-page.tsx'), 'OpenPage'),
})

const account = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/$accountId',
  component: lazyRouteComponent(() => import('./accounts/account-page.tsx'), 'AccountPage'),
})

const alarms = createRoute({
  getParentRoute: () => shell,
  path: '/alarms',
  validateSearch: textSearch('state', 'severity', 'cursor'),
  component: lazyRouteComponent(() => import('./alarms/alarms-page.tsx'), 'AlarmsPage'),
})

const holds = createRoute({
  getParentRoute: () => shell,
  path: '/holds',
  validateSearch: textSearch('meter'),
  component: lazyRouteComponent(() => import('./holds/holds-page.tsx'), 'HoldsPage'),
})

const collection = createRoute({
  getParentRoute: () => shell,
  path: '/collection',
  validateSearch: textSearch('gateway', 'cursor'),
  component: lazyRouteComponent(() => import('./collection/collection-page.tsx'), 'CollectionPage'),
})

const meters = createRoute({
  getParentRoute: () => shell,
  path: '/meters',
  validateSearch: textSearch(
    'search',
    'buildingId',
    'floor',
    'gatewayId',
    'model',
    'heard',
    'stock',
    'cursor',
    'meter',
    'step',
    'span',
  ),
  component: lazyRouteComponent(() => import('./meters/meters-page.tsx'), 'MetersPage'),
})

const rounds = createRoute({
  getParentRoute: () => shell,
  path: '/read-rounds',
  validateSearch: textSearch('round', 'group'),
  component: lazyRouteComponent(() => import('./rounds/rounds-page.tsx'), 'RoundsPage'),
})

const suspects = createRoute({
  getParentRoute: () => shell,
  path: '/suspects',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('./suspects/suspects-page.tsx'), 'SuspectsPage'),
})

const models = createRoute({
  getParentRoute: () => shell,
  path: '/models',
  component: lazyRouteComponent(() => import('./models/models-page.tsx'), 'ModelsPage'),
})

const ledger = createRoute({
  getParentRoute: () => shell,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./ledger/ledger-page.tsx'), 'LedgerPage'),
})

const sales = createRoute({
  getParentRoute: () => shell,
  path: '/sales',
  validateSearch: textSearch('search', 'operator', 'method', 'state', 'from', 'to', 'cursor'),
  component: lazyRouteComponent(() => import('./sales/sales-page.tsx'), 'SalesPage'),
})

const closeAccount = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/$accountId/close',
  component: lazyRouteComponent(() => import('./closing/close-page.tsx'), 'ClosePage'),
})

const payouts = createRoute({
  getParentRoute: () => shell,
  path: '/payouts',
  validateSearch: textSearch('search', 'purpose', 'from', 'to', 'cursor'),
  component: lazyRouteComponent(() => import('./payouts/payouts-page.tsx'), 'PayoutsPage'),
})

const voucher = createRoute({
  getParentRoute: () => shell,
  path: '/vouchers/$payoutId',
  component: lazyRouteComponent(() => import('./payouts/voucher-page.tsx'), 'VoucherPage'),
})

const approvals = createRoute({
  getParentRoute: () => shell,
  path: '/approvals',
  validateSearch: textSearch('state', 'whose', 'cursor'),
  component: lazyRouteComponent(() => import('./approvals/approvals-page.tsx'), 'ApprovalsPage'),
})

const shift = createRoute({
  getParentRoute: () => shell,
  path: '/shift',
  component: lazyRouteComponent(() => import('./shifts/shift-page.tsx'), 'ShiftPage'),
})

const shifts = createRoute({
  getParentRoute: () => shell,
  path: '/shifts',
  validateSearch: textSearch('state', 'own', 'cursor'),
  component: lazyRouteComponent(() => import('./shifts/shifts-page.tsx'), 'ShiftsPage'),
})

const oneShift = createRoute({
  getParentRoute: () => shell,
  path: '/shifts/$shiftId',
  component: lazyRouteComponent(() => import('./shifts/one-shift-page.tsx'), 'OneShiftPage'),
})

const dayClose = createRoute({
  getParentRoute: () => shell,
  path: '/day-close',
  component: lazyRouteComponent(() => import('./books/day-close-page.tsx'), 'DayClosePage'),
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})

const swaps = createRoute({
  getParentRoute: () => shell,
  path: '/swaps',
  validateSearch: textSearch('state', 'cursor'),
  component: lazyRouteComponent(() => import('./swaps/swaps-page.tsx'), 'SwapsPage'),
})

const newSwap = createRoute({
  getParentRoute: () => shell,
  path: '/swaps/new',
  validateSearch: textSearch('meter'),
  component: lazyRouteComponent(() => import('./swaps/new-swap-page.tsx'), 'NewSwapPage'),
})

const oneSwap = createRoute({
  getParentRoute: () => shell,
  path: '/swaps/$swapId',
  component: lazyRouteComponent(() => import('./swaps/one-swap-page.tsx'), 'OneSwapPage'),
})

const sheets = createRoute({
  getParentRoute: () => shell,
  path: '/sheets',
  validateSearch: textSearch('list'),
  component: lazyRouteComponent(() => import('./swaps/sheet-page.tsx'), 'SheetPage'),
})

const plans = createRoute({
  getParentRoute: () => shell,
  path: '/plans',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('./plans/plans-page.tsx'), 'PlansPage'),
})

const newPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/new',
  validateSearch: textSearch('copy'),
  component: lazyRouteComponent(() => import('./plans/new-plan-page.tsx'), 'NewPlanPage'),
})

const plan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId',
  component: lazyRouteComponent(() => import('./plans/plan-page.tsx'), 'PlanPage'),
})

const editPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId/edit',
  component: lazyRouteComponent(() => import('./plans/edit-plan-page.tsx'), 'EditPlanPage'),
})

const planNotice = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId/notice',
  validateSearch: textSearch('version'),
  component: lazyRouteComponent(() => import('./plans/notice-page.tsx'), 'NoticePage'),
})

const assignPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/assign',
  validateSearch: textSearch('plan', 'current', 'building', 'floor', 'search'),
  component: lazyRouteComponent(() => import('./plans/assign-page.tsx'), 'AssignPage'),
})

const calendar = createRoute({
  getParentRoute: () => shell,
  path: '/calendar',
  validateSearch: textSearch('year'),
  component: lazyRouteComponent(() => import('./plans/calendar-page.tsx'), 'CalendarPage'),
})

const meterPrices = createRoute({
  getParentRoute: () => shell,
  path: '/meter-prices',
  validateSearch: textSearch('match', 'planId', 'cursor'),
  component: lazyRouteComponent(() => import('./meter-prices/prices-page.tsx'), 'MeterPricesPage'),
})

const bill = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/$accountId/bill',
  validateSearch: textSearch('supply', 'month'),
  component: lazyRouteComponent(() => import('./bills/bill-page.tsx'), 'BillPage'),
})

const sharing = createRoute({
  getParentRoute: () => shell,
  path: '/sharing',
  component: lazyRouteComponent(() => import('./sharing/rules-page.tsx'), 'RulesPage'),
})

const oneSharing = createRoute({
  getParentRoute: () => shell,
  path: '/sharing/$ruleId',
  component: lazyRouteComponent(() => import('./sharing/rule-page.tsx'), 'RulePage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    shell.addChildren([
      home,
      board,
      sale,
      receipt,
      purchases,
      purchase,
      accounts,
      openAccount,
      account,
      alarms,
      holds,
      collection,
      meters,
      rounds,
      suspects,
      models,
      ledger,
      sales,
      closeAccount,
      payouts,
      voucher,
      approvals,
      shift,
      shifts,
      oneShift,
      dayClose,
      settings,
      swaps,
      newSwap,
      oneSwap,
      sheets,
      plans,
      newPlan,
      plan,
      editPlan,
      planNotice,
      assignPlan,
      calendar,
      meterPrices,
      bill,
      sharing,
      oneSharing,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPendingComponent: Loading,
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
