// Pages of meters and what they say 电表、采集与报警.

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textSearch } from '../search.ts'
import { shell } from './frame.ts'

const board = createRoute({
  getParentRoute: () => shell,
  path: '/board',
  validateSearch: textSearch('building', 'floor', 'gateway', 'by', 'state', 'q', 'view', 'meter'),
  component: lazyRouteComponent(() => import('../board/board-page.tsx'), 'BoardPage'),
})

const ALARM_FILTERS = ['severity', 'rule', 'buildingId', 'gatewayId', 'search'] as const

const alarms = createRoute({
  getParentRoute: () => shell,
  path: '/alarms',
  validateSearch: textSearch(...ALARM_FILTERS, 'show', 'escalated', 'alarm'),
  component: lazyRouteComponent(() => import('../alarms/alarms-page.tsx'), 'AlarmsPage'),
})

const alarmHistory = createRoute({
  getParentRoute: () => shell,
  path: '/alarms/history',
  validateSearch: textSearch(
    ...ALARM_FILTERS,
    ...(['from', 'to', 'state', 'by', 'minMinutes', 'parentId', 'alarm', 'cursor'] as const),
  ),
  component: lazyRouteComponent(() => import('../alarms/history-page.tsx'), 'HistoryPage'),
})

const alarmRules = createRoute({
  getParentRoute: () => shell,
  path: '/alarms/rules',
  component: lazyRouteComponent(() => import('../alarms/rules-page.tsx'), 'RulesPage'),
})

const alarmThresholds = createRoute({
  getParentRoute: () => shell,
  path: '/alarms/thresholds',
  validateSearch: textSearch('search', 'buildingId', 'planId', 'level', 'cursor'),
  component: lazyRouteComponent(() => import('../alarms/thresholds-page.tsx'), 'ThresholdsPage'),
})

const holds = createRoute({
  getParentRoute: () => shell,
  path: '/holds',
  validateSearch: textSearch('meter'),
  component: lazyRouteComponent(() => import('../holds/holds-page.tsx'), 'HoldsPage'),
})

const collection = createRoute({
  getParentRoute: () => shell,
  path: '/collection',
  validateSearch: textSearch('gateway', 'cursor'),
  component: lazyRouteComponent(
    () => import('../collection/collection-page.tsx'),
    'CollectionPage',
  ),
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
  component: lazyRouteComponent(() => import('../meters/meters-page.tsx'), 'MetersPage'),
})

const rounds = createRoute({
  getParentRoute: () => shell,
  path: '/read-rounds',
  validateSearch: textSearch('round', 'group'),
  component: lazyRouteComponent(() => import('../rounds/rounds-page.tsx'), 'RoundsPage'),
})

const batches = createRoute({
  getParentRoute: () => shell,
  path: '/batches',
  validateSearch: textSearch('batch', 'group'),
  component: lazyRouteComponent(() => import('../batches/batches-page.tsx'), 'BatchesPage'),
})

const suspects = createRoute({
  getParentRoute: () => shell,
  path: '/suspects',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../suspects/suspects-page.tsx'), 'SuspectsPage'),
})

const models = createRoute({
  getParentRoute: () => shell,
  path: '/models',
  component: lazyRouteComponent(() => import('../models/models-page.tsx'), 'ModelsPage'),
})

const swaps = createRoute({
  getParentRoute: () => shell,
  path: '/swaps',
  validateSearch: textSearch('state', 'cursor'),
  component: lazyRouteComponent(() => import('../swaps/swaps-page.tsx'), 'SwapsPage'),
})

const newSwap = createRoute({
  getParentRoute: () => shell,
  path: '/swaps/new',
  validateSearch: textSearch('meter'),
  component: lazyRouteComponent(() => import('../swaps/new-swap-page.tsx'), 'NewSwapPage'),
})

const oneSwap = createRoute({
  getParentRoute: () => shell,
  path: '/swaps/$swapId',
  component: lazyRouteComponent(() => import('../swaps/one-swap-page.tsx'), 'OneSwapPage'),
})

const sheets = createRoute({
  getParentRoute: () => shell,
  path: '/sheets',
  validateSearch: textSearch('list'),
  component: lazyRouteComponent(() => import('../swaps/sheet-page.tsx'), 'SheetPage'),
})

const registerImport = createRoute({
  getParentRoute: () => shell,
  path: '/imports/registers',
  component: lazyRouteComponent(() => import('../imports/import-page.tsx'), 'RegisterImportPage'),
})

const commissioning = createRoute({
  getParentRoute: () => shell,
  path: '/commissioning',
  validateSearch: textSearch('gateway', 'building', 'state'),
  component: lazyRouteComponent(() => import('../commissioning/checks-page.tsx'), 'ChecksPage'),
})

const meterCheck = createRoute({
  getParentRoute: () => shell,
  path: '/commissioning/checks/$checkId',
  validateSearch: textSearch('before', 'order', 'after', 'closeOrder', 'closeAfter'),
  component: lazyRouteComponent(() => import('../commissioning/check-page.tsx'), 'CheckPage'),
})

const busScan = createRoute({
  getParentRoute: () => shell,
  path: '/commissioning/scan',
  validateSearch: textSearch('scan'),
  component: lazyRouteComponent(() => import('../commissioning/scan-page.tsx'), 'ScanPage'),
})

const testRead = createRoute({
  getParentRoute: () => shell,
  path: '/commissioning/read',
  validateSearch: textSearch('read', 'meter'),
  component: lazyRouteComponent(() => import('../commissioning/read-page.tsx'), 'ReadPage'),
})

const acceptance = createRoute({
  getParentRoute: () => shell,
  path: '/commissioning/report',
  validateSearch: textSearch('gateway', 'building'),
  component: lazyRouteComponent(() => import('../commissioning/report-page.tsx'), 'ReportPage'),
})

export const METERS_PAGES = [
  board,
  alarms,
  alarmHistory,
  alarmRules,
  alarmThresholds,
  holds,
  collection,
  meters,
  rounds,
  commissioning,
  meterCheck,
  busScan,
  testRead,
  acceptance,
  batches,
  suspects,
  models,
  swaps,
  newSwap,
  oneSwap,
  sheets,
  registerImport,
] as const
