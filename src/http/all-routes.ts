// Every route of the program 全部路由: the one list that server, document and the snapshot test share.

import { AFTER_REDUCTION } from '../accounts/after-reduction.ts'
import { newCustomerNo } from '../accounts/customer-no.ts'
import { accountLifeRoutes } from '../accounts/life-routes.ts'
import type { OpeningDeps } from '../accounts/open.ts'
import { payoutRoutes } from '../accounts/payout-routes.ts'
import { accountRoutes } from '../accounts/routes.ts'
import { saleListRoutes } from '../accounts/sale-routes.ts'
import { serviceFeeRoutes } from '../accounts/service-fee-routes.ts'
import { swapRoutes } from '../accounts/swap/routes.ts'
import { type AlarmRouteDeps, alarmRoutes } from '../alarms/routes.ts'
import { limitRoutes } from '../approvals/limit-routes.ts'
import { approvalRoutes } from '../approvals/routes.ts'
import { type BoardDeps, boardRoutes } from '../board/routes.ts'
import { readingRoutes } from '../collection/readings/routes.ts'
import { type CollectionDeps, collectionRoutes } from '../collection/routes.ts'
import { commissioningRoutes } from '../commissioning/routes.ts'
import { batchRoutes } from '../control/batch-routes.ts'
import { batchSettingRoutes } from '../control/batch-settings-routes.ts'
import { powerPolicyRoutes } from '../control/policy/routes.ts'
import { priceRoutes } from '../control/price-routes.ts'
import { controlRoutes } from '../control/routes.ts'
import { deliveryRoutes } from '../delivery/routes.ts'
import { registerImportRoutes } from '../imports/registers/routes.ts'
import { type ImportDeps, importRoutes } from '../imports/routes.ts'
import { ledgerRoutes } from '../ledger/routes.ts'
import type { OperatorRouteDeps } from '../operators/operator-routes.ts'
import { operatorRoutes } from '../operators/routes.ts'
import type { Sessions } from '../operators/sessions.ts'
import { assignRoutes } from '../plans/assign-routes.ts'
import { planRoutes } from '../plans/routes.ts'
import { priceCapRoutes } from '../price-cap/routes.ts'
import { privacyRoutes } from '../privacy/routes.ts'
import { registerRoutes } from '../registers/routes.ts'
import { rerateRoutes } from '../rerating/routes.ts'
import { billListRoutes } from '../settlement/bill-list-routes.ts'
import { monthFigureRoutes } from '../settlement/month-figure-routes.ts'
import { settlementRoutes } from '../settlement/routes.ts'
import { sharingRoutes } from '../sharing/routes.ts'
import { closeRoutes } from '../shifts/close-routes.ts'
import { shiftRoutes } from '../shifts/routes.ts'
import { type WebhookDeps, webhookRoutes } from '../webhooks/routes.ts'
import { whatIfRoutes } from '../what-if/routes.ts'
import { approvalTries } from './approval-tries.ts'
import { healthRoutes, type Readiness } from './health-routes.ts'
import type { Live } from './live.ts'
import { liveRoutes } from './live-routes.ts'
import type { Metrics } from './metrics.ts'
import type { Route } from './route.ts'

export type RouteDeps = OpeningDeps &
  BoardDeps &
  CollectionDeps &
  AlarmRouteDeps &
  ImportDeps &
  OperatorRouteDeps &
  WebhookDeps & {
    sessions: Sessions
    live: Live
    metrics: Metrics
    ready: () => Promise<Readiness>
  }

export const allRoutes = (deps: RouteDeps): Route[] => [
  ...operatorRoutes(deps),
  ...registerRoutes(deps),
  ...planRoutes(deps),
  ...assignRoutes(deps),
  ...collectionRoutes(deps),
  ...readingRoutes(deps),
  ...accountRoutes(deps),
  ...accountLifeRoutes(deps),
  ...serviceFeeRoutes(deps),
  ...saleListRoutes(deps),
  ...payoutRoutes(deps),
  ...approvalRoutes({ ...deps, tries: approvalTries(deps) }),
  ...limitRoutes(deps),
  ...settlementRoutes(deps),
  ...billListRoutes(deps),
  ...monthFigureRoutes(deps),
  ...rerateRoutes(deps),
  ...swapRoutes(deps),
  ...importRoutes(deps),
  ...registerImportRoutes(deps),
  ...boardRoutes(deps),
  ...liveRoutes(deps),
  ...deliveryRoutes({ ...deps, newCustomerNo, afterReduction: AFTER_REDUCTION }),
  ...controlRoutes(deps),
  ...commissioningRoutes(deps),
  ...batchRoutes(deps),
  ...batchSettingRoutes(deps),
  ...priceRoutes(deps),
  ...powerPolicyRoutes(deps),
  ...alarmRoutes(deps),
  ...ledgerRoutes(deps),
  ...shiftRoutes(deps),
  ...closeRoutes(deps),
  ...sharingRoutes(deps),
  ...priceCapRoutes(deps),
  ...whatIfRoutes(deps),
  ...webhookRoutes(deps),
  ...privacyRoutes(deps),
  ...healthRoutes(deps),
]
