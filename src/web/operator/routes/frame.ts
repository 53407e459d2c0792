// The frame of the console 框架: who is not logged in sees the log-in page and nothing else.

import {
  createRootRoute,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { restoreSession } from '../api/session.ts'
import { currentSession } from '../api/session-store.ts'
import { textSearch } from '../search.ts'
import { MENU } from '../shell/menu-rows.ts'
import { NotFound, PageError } from '../shell/states.tsx'

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: PageError,
  validateSearch: textSearch('complexId'),
  search: { middlewares: [retainSearchParams(['complexId'])] },
})

export const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: textSearch('to'),
  component: lazyRouteComponent(() => import('../login/login-page.tsx'), 'LoginPage'),
})

export const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const session = await restoreSession()
    if (!session) throw redirect({ to: '/login', search: { to: location.href } })
  },
  component: lazyRouteComponent(() => import('../shell/shell.tsx'), 'Shell'),
})

export const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    const may = (permission: string) => currentSession()?.permissions.includes(permission)
    const rows = MENU.flatMap((group) => group.rows)
    const first = rows.find(({ permission }) => permission !== null && may(permission))
    throw redirect({ to: first?.to ?? '/me' })
  },
})
