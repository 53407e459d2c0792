// Pages of prices 电价.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const plans = createRoute({
  getParentRoute: () => shell,
  path: '/plans',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../plans/plans-page.tsx'), 'PlansPage'),
})

const newPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/new',
  validateSearch: textSearch('copy'),
  component: lazyRouteComponent(() => import('../plans/new-plan-page.tsx'), 'NewPlanPage'),
})

const plan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId',
  component: lazyRouteComponent(() => import('../plans/plan-page.tsx'), 'PlanPage'),
})

const editPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId/edit',
  component: lazyRouteComponent(() => import('../plans/edit-plan-page.tsx'), 'EditPlanPage'),
})

const planNotice = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId/notice',
  validateSearch: textSearch('version'),
  component: lazyRouteComponent(() => import('../plans/notice-page.tsx'), 'NoticePage'),
})

const whatIf = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$planId/what-if',
  component: lazyRouteComponent(() => import('../what-if/what-if-page.tsx'), 'WhatIfPage'),
})

const assignPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/assign',
  validateSearch: textSearch('plan', 'current', 'building', 'floor', 'search'),
  component: lazyRouteComponent(() => import('../plans/assign-page.tsx'), 'AssignPage'),
})

const calendar = createRoute({
  getParentRoute: () => shell,
  path: '/calendar',
  validateSearch: textSearch('year'),
  component: lazyRouteComponent(() => import('../plans/calendar-page.tsx'), 'CalendarPage'),
})

const meterPrices = createRoute({
  getParentRoute: () => shell,
  path: '/meter-prices',
  validateSearch: textSearch('match', 'planId', 'cursor'),
  component: lazyRouteComponent(() => import('../meter-prices/prices-page.tsx'), 'MeterPricesPage'),
})

const bills = createRoute({
  getParentRoute: () => shell,
  path: '/bills',
  validateSearch: textSearch('month', 'search', 'state', 'cursor'),
  component: lazyRouteComponent(() => import('../bills/bills-page.tsx'), 'BillsPage'),
})

const monthFigures = createRoute({
  getParentRoute: () => shell,
  path: '/month-figures',
  validateSearch: textSearch('month'),
  component: lazyRouteComponent(() => import('../bills/figures-page.tsx'), 'FiguresPage'),
})

const priceCap = createRoute({
  getParentRoute: () => shell,
  path: '/price-cap',
  validateSearch: textSearch('month'),
  component: lazyRouteComponent(() => import('../price-cap/cap-page.tsx'), 'CapPage'),
})

const rerates = createRoute({
  getParentRoute: () => shell,
  path: '/rerate',
  validateSearch: textSearch('kind', 'state', 'cursor'),
  component: lazyRouteComponent(() => import('../rerate/rerates-page.tsx'), 'ReratesPage'),
})

const oneRerate = createRoute({
  getParentRoute: () => shell,
  path: '/rerate/$reratingId',
  component: lazyRouteComponent(() => import('../rerate/rerate-page.tsx'), 'ReratePage'),
})

const rerateStatement = createRoute({
  getParentRoute: () => shell,
  path: '/rerate/$reratingId/accounts/$accountId',
  component: lazyRouteComponent(() => import('../rerate/statement-page.tsx'), 'StatementPage'),
})

const monthPrices = createRoute({
  getParentRoute: () => shell,
  path: '/month-prices',
  validateSearch: textSearch('month'),
  component: lazyRouteComponent(() => import('../rerate/month-price-page.tsx'), 'MonthPricePage'),
})

export const PRICES_PAGES = [
  plans,
  newPlan,
  plan,
  editPlan,
  planNotice,
  whatIf,
  assignPlan,
  calendar,
  meterPrices,
  bills,
  monthFigures,
  priceCap,
  rerates,
  oneRerate,
  rerateStatement,
  monthPrices,
] as const
