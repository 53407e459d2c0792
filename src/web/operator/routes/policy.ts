// Pages of the power policy 供电策略.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const policy = createRoute({
  getParentRoute: () => shell,
  path: '/policy',
  component: lazyRouteComponent(() => import('../policy/policy-page.tsx'), 'PolicyPage'),
})

const supplies = createRoute({
  getParentRoute: () => shell,
  path: '/policy/supplies',
  validateSearch: textSearch('match', 'search'),
  component: lazyRouteComponent(() => import('../policy/supplies-page.tsx'), 'SuppliesPage'),
})

const dark = createRoute({
  getParentRoute: () => shell,
  path: '/policy/dark',
  validateSearch: textSearch('until', 'all', 'sort'),
  component: lazyRouteComponent(() => import('../policy/dark-page.tsx'), 'DarkPage'),
})

const interlock = createRoute({
  getParentRoute: () => shell,
  path: '/policy/interlock',
  component: lazyRouteComponent(() => import('../policy/interlock-page.tsx'), 'InterlockPage'),
})

const timed = createRoute({
  getParentRoute: () => shell,
  path: '/policy/timed',
  component: lazyRouteComponent(() => import('../policy/timed-page.tsx'), 'TimedPage'),
})

export const POLICY_PAGES = [policy, supplies, dark, interlock, timed] as const
