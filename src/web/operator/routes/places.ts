// Pages of places and of the first set-up 楼栋商铺与首次设置.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const places = createRoute({
  getParentRoute: () => shell,
  path: '/places',
  validateSearch: textSearch('search', 'buildingId', 'floor', 'cursor', 'premises'),
  component: lazyRouteComponent(() => import('../places/places-page.tsx'), 'PlacesPage'),
})

const points = createRoute({
  getParentRoute: () => shell,
  path: '/places/points',
  validateSearch: textSearch('search', 'metered', 'placed', 'cursor'),
  component: lazyRouteComponent(() => import('../places/points-page.tsx'), 'PointsPage'),
})

const setup = createRoute({
  getParentRoute: () => shell,
  path: '/setup',
  validateSearch: textSearch('step'),
  component: lazyRouteComponent(() => import('../setup/setup-page.tsx'), 'SetupPage'),
})

export const PLACES_PAGES = [places, points, setup] as const
