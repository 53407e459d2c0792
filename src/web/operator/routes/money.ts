// Pages of selling and the till 售电与账务.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const sale = createRoute({
  getParentRoute: () => shell,
  path: '/sale',
  validateSearch: textSearch('account', 'meter'),
  component: lazyRouteComponent(() => import('../sale/sale-page.tsx'), 'SalePage'),
})

const receipt = createRoute({
  getParentRoute: () => shell,
  path: '/sales/$saleId',
  component: lazyRouteComponent(() => import('../receipt/receipt-page.tsx'), 'ReceiptPage'),
})

const sales = createRoute({
  getParentRoute: () => shell,
  path: '/sales',
  validateSearch: textSearch(
    ...['search', 'amount', 'operator', 'method', 'state', 'from', 'to', 'cursor'],
  ),
  component: lazyRouteComponent(() => import('../sales/sales-page.tsx'), 'SalesPage'),
})

const purchases = createRoute({
  getParentRoute: () => shell,
  path: '/purchases',
  validateSearch: textSearch('search', 'state', 'meterId', 'accountId', 'cursor'),
  component: lazyRouteComponent(() => import('../purchases/purchases-page.tsx'), 'PurchasesPage'),
})

const purchase = createRoute({
  getParentRoute: () => shell,
  path: '/purchases/$purchaseId',
  component: lazyRouteComponent(() => import('../purchases/timeline-page.tsx'), 'TimelinePage'),
})

const payouts = createRoute({
  getParentRoute: () => shell,
  path: '/payouts',
  validateSearch: textSearch('search', 'purpose', 'from', 'to', 'cursor'),
  component: lazyRouteComponent(() => import('../payouts/payouts-page.tsx'), 'PayoutsPage'),
})

const voucher = createRoute({
  getParentRoute: () => shell,
  path: '/vouchers/$payoutId',
  component: lazyRouteComponent(() => import('../payouts/voucher-page.tsx'), 'VoucherPage'),
})

const approvals = createRoute({
  getParentRoute: () => shell,
  path: '/approvals',
  validateSearch: textSearch('state', 'whose', 'cursor'),
  component: lazyRouteComponent(() => import('../approvals/approvals-page.tsx'), 'ApprovalsPage'),
})

const shift = createRoute({
  getParentRoute: () => shell,
  path: '/shift',
  component: lazyRouteComponent(() => import('../shifts/shift-page.tsx'), 'ShiftPage'),
})

const shifts = createRoute({
  getParentRoute: () => shell,
  path: '/shifts',
  validateSearch: textSearch('state', 'own', 'cursor'),
  component: lazyRouteComponent(() => import('../shifts/shifts-page.tsx'), 'ShiftsPage'),
})

const oneShift = createRoute({
  getParentRoute: () => shell,
  path: '/shifts/$shiftId',
  component: lazyRouteComponent(() => import('../shifts/one-shift-page.tsx'), 'OneShiftPage'),
})

const dayClose = createRoute({
  getParentRoute: () => shell,
  path: '/day-close',
  component: lazyRouteComponent(() => import('../books/day-close-page.tsx'), 'DayClosePage'),
})

const ledger = createRoute({
  getParentRoute: () => shell,
  path: '/ledger',
  component: lazyRouteComponent(() => import('../ledger/ledger-page.tsx'), 'LedgerPage'),
})

const sharing = createRoute({
  getParentRoute: () => shell,
  path: '/sharing',
  component: lazyRouteComponent(() => import('../sharing/rules-page.tsx'), 'RulesPage'),
})

const oneSharing = createRoute({
  getParentRoute: () => shell,
  path: '/sharing/$ruleId',
  component: lazyRouteComponent(() => import('../sharing/rule-page.tsx'), 'RulePage'),
})

export const MONEY_PAGES = [
  sale,
  receipt,
  sales,
  purchases,
  purchase,
  payouts,
  voucher,
  approvals,
  shift,
  shifts,
  oneShift,
  dayClose,
  ledger,
  sharing,
  oneSharing,
] as const
