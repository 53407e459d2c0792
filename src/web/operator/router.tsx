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
