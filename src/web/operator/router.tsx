// The console's pages 路由: one table. Every page is fetched when it is first opened, and each states
// the search parameters it keeps in the URL.

import { createRouter } from '@tanstack/react-router'
import { ACCOUNTS_PAGES } from './routes/accounts.ts'
import { home, login, root, shell } from './routes/frame.ts'
import { METERS_PAGES } from './routes/meters.ts'
import { MONEY_PAGES } from './routes/money.ts'
import { PEOPLE_PAGES } from './routes/people.ts'
import { PLACES_PAGES } from './routes/places.ts'
import { POLICY_PAGES } from './routes/policy.ts'
import { PRICES_PAGES } from './routes/prices.ts'
import { parseSearch, stringifySearch } from './search.ts'
import { Loading } from './shell/states.tsx'

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    shell.addChildren([
      home,
      ...MONEY_PAGES,
      ...ACCOUNTS_PAGES,
      ...METERS_PAGES,
      ...PLACES_PAGES,
      ...PRICES_PAGES,
      ...POLICY_PAGES,
      ...PEOPLE_PAGES,
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
  interface HistoryState {
    /** Meter numbers that a page hands to the batch form. */
    names?: readonly string[]
  }
}
