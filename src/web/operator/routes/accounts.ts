// Pages of accounts 用户.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const accounts = createRoute({
  getParentRoute: () => shell,
  path: '/accounts',
  validateSearch: textSearch('search', 'state', 'money', 'cursor'),
  component: lazyRouteComponent(() => import('../accounts/accounts-page.tsx'), 'AccountsPage'),
})

const openAccount = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/open',
  validateSearch: textSearch('meter'),
  component: lazyRouteComponent(() => import('../accounts/open-page.tsx'), 'OpenPage'),
})

const account = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/$accountId',
  component: lazyRouteComponent(() => import('../accounts/account-page.tsx'), 'AccountPage'),
})

const closeAccount = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/$accountId/close',
  component: lazyRouteComponent(() => import('../closing/close-page.tsx'), 'ClosePage'),
})

const bill = createRoute({
  getParentRoute: () => shell,
  path: '/accounts/$accountId/bill',
  validateSearch: textSearch('supply', 'month', 'since'),
  component: lazyRouteComponent(() => import('../bills/bill-page.tsx'), 'BillPage'),
})

export const ACCOUNTS_PAGES = [accounts, openAccount, account, closeAccount, bill] as const
