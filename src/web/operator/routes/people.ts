// Pages of operators and settings 操作员与设置.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/settings-page.tsx'), 'SettingsPage'),
})

const operators = createRoute({
  getParentRoute: () => shell,
  path: '/operators',
  component: lazyRouteComponent(() => import('../operators/operators-page.tsx'), 'OperatorsPage'),
})

const roles = createRoute({
  getParentRoute: () => shell,
  path: '/roles',
  component: lazyRouteComponent(() => import('../operators/roles-page.tsx'), 'RolesPage'),
})

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: textSearch('operatorId', 'action', 'subject', 'from', 'to', 'cursor'),
  component: lazyRouteComponent(() => import('../operators/audit-page.tsx'), 'AuditPage'),
})

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks',
  validateSearch: textSearch('webhook', 'state', 'cursor'),
  component: lazyRouteComponent(() => import('../webhooks/webhooks-page.tsx'), 'WebhooksPage'),
})

const privacy = createRoute({
  getParentRoute: () => shell,
  path: '/privacy',
  validateSearch: textSearch('search', 'cursor'),
  component: lazyRouteComponent(() => import('../privacy/privacy-page.tsx'), 'PrivacyPage'),
})

const me = createRoute({
  getParentRoute: () => shell,
  path: '/me',
  component: lazyRouteComponent(() => import('../operators/own-page.tsx'), 'OwnPage'),
})

export const PEOPLE_PAGES = [settings, operators, roles, audit, webhooks, privacy, me] as const
