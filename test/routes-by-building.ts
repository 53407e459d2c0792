// What each route could show of another building 各接口的楼栋范围, and why it does not: a table that the
// test goes over. A new route gets its row here.

import { SECRET, type Secret } from './two-buildings.ts'

export type Row =
  /** Its answer names nothing of the other building; others see it, if there is anything. */
  | { sees: (s: Secret) => string; mark?: (s: Secret) => string; nothing?: true }
  /** What is named in the other building is not there. */
  | { gone: (s: Secret) => string; body?: (s: Secret) => unknown }
  /** A sheet of dry runs whose row names a meter there: nobody knows it. */
  | { unknown: (s: Secret) => unknown }
  /** For those who see the whole complex only. */
  | { refused: true }
  /** Why there is nothing of any building in it. */
  | { free: string }

const refused: Row = { refused: true }
const inComplex = (path: string) => ({ sees: (s: Secret) => `${path}?complexId=${s.complexId}` })
const account = (rest: string, body?: (s: Secret) => unknown): Row => ({
  gone: (s) => `/accounts/${s.accountId}${rest}`,
  ...(body && { body }),
})
const CASH = { method: 'cash' }

/** By method and path below /api/v1. */
export const ROUTES_BY_BUILDING: Record<string, Row> = {
  'POST /session': { free: 'nobody yet' },
  'GET /session': { free: 'himself and the names of complexes' },
  'DELETE /session': { free: 'himself' },
  'PATCH /session': { free: 'himself' },
  'POST /session/password': { free: 'himself' },
  'POST /session/confirm': { free: 'himself' },
  'POST /session/totp': { free: 'himself' },
  'POST /session/totp/prove': { free: 'himself' },
  'DELETE /session/totp': { free: 'himself' },
  'GET /sessions': { free: 'himself' },
  'DELETE /sessions/:id': { free: 'himself' },
  'GET /session/tokens': { free: 'himself' },
  'POST /session/tokens': { free: 'himself: what he may give is proved elsewhere' },
  'DELETE /session/tokens/:id': { free: 'himself' },
  'GET /tokens': refused,
  'DELETE /tokens/:id': refused,
  'GET /login-policy': { free: 'rules of the installation' },
  'PATCH /login-policy': refused,
  'GET /permissions': { free: 'a list of words' },
  'GET /audit': refused,
  'GET /audit/export': refused,
  'GET /operators': refused,
  'GET /operators/:id': refused,
  'POST /operators': refused,
  'PATCH /operators/:id': refused,
  'GET /roles': refused,
  'POST /roles': refused,
  'PATCH /roles/:id': refused,
  'GET /complexes': { free: 'names of complexes' },
  'GET /buildings': inComplex('/buildings'),
  'GET /premises': inComplex('/premises'),
  'GET /points': inComplex('/points'),
  'POST /buildings': refused,
  'POST /premises': refused,
  'POST /points': refused,
  'PATCH /points/:id': refused,
  'GET /plans': { free: 'prices of the whole complex' },
  'GET /plans/:id': { free: 'prices of the whole complex' },
  'POST /plans/check': { free: 'what was sent, and writes nothing' },
  'POST /plans': refused,
  'PATCH /plans/:id': refused,
  'POST /plans/:id/versions': refused,
  'POST /plans/:id/assign': {
    gone: () => '/plans/1/assign',
    body: ({ supplyId }) => ({
      ...{ supplyIds: [supplyId], effectiveFrom: '2099-01-01T00:00:00+08:00' },
    }),
  },
  'GET /supply-plans': inComplex('/supply-plans'),
  'GET /month-figures': { ...inComplex('/month-figures'), nothing: true },
  'PUT /month-figures': refused,
  'GET /calendar': { free: 'holidays of the whole complex' },
  'PUT /calendar': refused,
  'GET /tenants': inComplex('/tenants'),
  'GET /gateways': inComplex('/gateways'),
  'GET /gateways/:id': { gone: (s) => `/gateways/${s.gatewayId}` },
  'GET /unknown-callers': refused,
  'POST /gateways': refused,
  'PATCH /gateways/:id': refused,
  'GET /devices': inComplex('/devices'),
  'POST /devices': refused,
  'PATCH /devices/:id': refused,
  'GET /meters': inComplex('/meters'),
  'GET /meters/:id/prices': { gone: ({ meterId }) => `/meters/${meterId}/prices` },
  'GET /meter-prices': inComplex('/meter-prices'),
  'GET /meters/:id/collection': { gone: (s) => `/meters/${s.meterId}/collection` },
  'POST /meters': refused,
  'PATCH /meters/:id': refused,
  'POST /installations': refused,
  'POST /meters/:id/read-events': {
    gone: (s) => `/meters/${s.meterId}/read-events`,
    body: () => ({}),
  },
  'POST /meters/:id/reinitialise': {
    gone: (s) => `/meters/${s.meterId}/reinitialise`,
    body: () => ({ note: 'test' }),
  },
  'GET /sharing-rules': refused,
  'POST /sharing-rules': refused,
  'PATCH /sharing-rules/:id': refused,
  'GET /sharing-rules/:id/premises': refused,
  'GET /sharing-rules/:id/runs': refused,
  'POST /sharing-rules/:id/runs': refused,
  'GET /sharing-runs/:id': refused,
  'POST /sharing-runs/:id/reverse': refused,
  'GET /complexes/:id/settings': { free: 'intervals and rules of the whole complex' },
  'PATCH /complexes/:id/settings': refused,
  'GET /complexes/:id/service-fee': { free: 'a rule of the whole complex' },
  'PUT /complexes/:id/service-fee': refused,
  'GET /models': { free: 'models of meters' },
  'GET /meters/:id/readings': { gone: (s) => `/meters/${s.meterId}/readings` },
  'POST /readings/decide': {
    gone: () => '/readings/decide',
    body: ({ complexId, meterId, readingAt }) => ({
      ...{ complexId, meterId, at: readingAt, source: 'energy', verdict: 'accepted' },
      reason: 'test',
    }),
  },
  'GET /readings/suspects': inComplex('/readings/suspects'),
  'GET /accounts': inComplex('/accounts'),
  'GET /accounts/:id': account(''),
  'POST /accounts': {
    gone: () => '/accounts',
    body: ({ complexId, spareMeterId: meterId }) => ({
      ...{ complexId, tenant: { name: '外人' } },
      meters: [{ meterId, planId: 1, alarm1Fen: 2, alarm2Fen: 1 }],
    }),
  },
  'POST /accounts/:id/recharge': account('/recharge', () => ({ ...CASH, amountFen: 100 })),
  'GET /purchases': inComplex('/purchases'),
  'GET /purchases/:id': { gone: (s) => `/purchases/${s.purchaseId}` },
  'GET /receipts/:saleId': { gone: (s) => `/receipts/${s.saleId}` },
  'GET /accounts/:id/life': account('/life'),
  'GET /accounts/:id/history': account('/history'),
  'GET /supplies/:id/bill': { gone: (s) => `/supplies/${s.supplyId}/bill?month=2026-10` },
  'GET /accounts/:id/bills': account('/bills?month=2026-10'),
  'GET /accounts/:id/closing': account('/closing'),
  'GET /accounts/:id/export': account('/export'),
  'PATCH /accounts/:id': account('', () => ({ tenant: { name: '改名' } })),
  'POST /accounts/:id/transfer': account('/transfer', () => ({
    ...{ tenant: { name: '外人' }, handOver: 'settled', note: 'test' },
  })),
  'POST /accounts/:id/deposit': account('/deposit', () => ({ ...CASH, amountFen: 100 })),
  'POST /accounts/:id/payable': account('/payable', () => ({ use: 'putBack', amountFen: 100 })),
  'POST /accounts/:id/close': account('/close', () => ({ ...CASH, reasonCode: 'leaseEnded' })),
  'POST /accounts/:id/closing/decide': account('/closing/decide', ({ meterId }) => ({
    ...{ meterId, decision: 'trippedByHand', note: 'test' },
  })),
  'POST /accounts/:id/closing/pay': account('/closing/pay', () => CASH),
  'POST /accounts/:id/closing/abort': account('/closing/abort', () => ({})),
  'GET /sales': inComplex('/sales'),
  'POST /accounts/:id/refund': account('/refund', () => ({
    ...{ ...CASH, all: true, reasonCode: 'wrong-meter' },
  })),
  'POST /sales/:id/reverse': {
    gone: (s) => `/sales/${s.saleId}/reverse`,
    body: () => ({ reasonCode: 'wrong-amount' }),
  },
  'POST /purchases/:id/reverse': {
    gone: (s) => `/purchases/${s.purchaseId}/reverse`,
    body: () => ({ reasonCode: 'wrong-amount' }),
  },
  'POST /reductions/:id/pay': { gone: (s) => `/reductions/${s.reductionId}/pay`, body: () => CASH },
  'GET /payouts': inComplex('/payouts'),
  'GET /payouts/:id': { gone: (s) => `/payouts/${s.payoutId}` },
  'GET /payout-reasons': { free: 'a list of words' },
  'GET /approvals': inComplex('/approvals'),
  'GET /approvals/:id': { gone: (s) => `/approvals/${s.approvalId}` },
  'POST /approvals': {
    gone: () => '/approvals',
    body: ({ saleId }) => ({ operation: 'sale.reverse', saleId, reasonCode: 'wrong-amount' }),
  },
  'POST /approvals/:id/decide': refused,
  'GET /operator-limits': refused,
  'PUT /operator-limits': refused,
  'GET /swaps': inComplex('/swaps'),
  'GET /swaps/:id': { gone: (s) => `/swaps/${s.swapId}` },
  'POST /points/:id/swap': {
    gone: (s) => `/points/${s.pointId}/swap`,
    body: ({ spareMeterId: newMeterId }) => ({
      ...{ newMeterId, oldMeter: { state: 'alive' }, newInitialWh: 0, note: 'test' },
    }),
  },
  'POST /swaps/:id/cancel': {
    gone: (s) => `/swaps/${s.swapId}/cancel`,
    body: () => ({ reason: 'test' }),
  },
  'POST /swaps/bulk': {
    unknown: ({ meterNo: oldMeterNo, spareMeterId }) => ({
      rows: [{ oldMeterNo, newMeterNo: `${SECRET}${spareMeterId}`, newInitialWh: 0 }],
      note: 'test',
    }),
  },
  'POST /imports/accounts': {
    unknown: ({ meterNo }) => ({
      rows: [{ tenant: '外人', meterNo, plan: '标准电价', alarm1Fen: 2, alarm2Fen: 1 }],
    }),
  },
  'POST /accounts/bulk-open': {
    unknown: ({ meterNo }) => ({
      rows: [{ tenant: '外人', meterNo, plan: '标准电价', alarm1Fen: 2, alarm2Fen: 1 }],
    }),
  },
  'GET /imports/accounts/template': { free: 'an empty sheet' },
  'GET /imports/bulk-open/template': { free: 'an empty sheet' },
  'GET /imports/swaps/template': { free: 'an empty sheet' },
  'GET /board': inComplex('/board'),
  'GET /meters/:id': { gone: (s) => `/meters/${s.meterId}` },
  'GET /events': { free: 'proved by a test of its own' },
  'GET /reductions': inComplex('/reductions'),
  'GET /reductions/:id': { gone: (s) => `/reductions/${s.reductionId}` },
  'POST /reductions/:id/cancel': {
    gone: (s) => `/reductions/${s.reductionId}/cancel`,
    body: () => ({ reason: 'test' }),
  },
  'GET /holds': inComplex('/holds'),
  'POST /holds/:id/release': {
    gone: (s) => `/holds/${s.holdId}/release`,
    body: () => ({ resolution: 'ours', reason: 'test' }),
  },
  'POST /read-rounds': {
    gone: () => '/read-rounds',
    body: ({ complexId, buildingId }) => ({ complexId, unit: { buildingId } }),
  },
  'POST /read-rounds/:id/stop': { gone: (s) => `/read-rounds/${s.readRoundId}/stop` },
  'GET /read-rounds': { ...inComplex('/read-rounds'), mark: (s) => s.readRoundId },
  'GET /read-rounds/:id': { gone: (s) => `/read-rounds/${s.readRoundId}` },
  'GET /read-rounds/:id/results': { gone: (s) => `/read-rounds/${s.readRoundId}/results` },
  'POST /commands': {
    gone: () => '/commands',
    body: ({ meterId }) => ({ kind: 'read', meterIds: [meterId], params: {} }),
  },
  'GET /commands/:id': { gone: (s) => `/commands/${s.batchId}` },
  'POST /commands/:id/cancel': { gone: (s) => `/commands/${s.batchId}/cancel` },
  'GET /alarms': inComplex('/alarms'),
  'GET /alarms/:id': { gone: (s) => `/alarms/${s.alarmId}` },
  'POST /alarms/:id/acknowledge': { gone: (s) => `/alarms/${s.alarmId}/acknowledge` },
  'GET /ledger/trial-balance': refused,
  'GET /ledger/postings': refused,
  'GET /shifts/current': { free: 'his own till' },
  'GET /shifts/own': { free: 'his own till' },
  'GET /shifts': refused,
  'GET /shifts/:id': refused,
  'POST /shifts': { free: 'his own till' },
  'POST /shifts/:id/count': refused,
  'POST /shifts/:id/close': refused,
  'GET /day-closes': refused,
  'POST /day-closes': refused,
  'GET /month-locks': refused,
  'POST /month-locks': refused,
  'GET /receipts/:no/prints': {
    gone: (s) => `/receipts/${s.receiptNo}/prints?complexId=${s.complexId}`,
  },
  'POST /receipts/:no/prints': {
    gone: (s) => `/receipts/${s.receiptNo}/prints`,
    body: ({ complexId }) => ({ complexId }),
  },
  'GET /healthz': { free: 'nothing of any complex' },
  'GET /readyz': { free: 'nothing of any complex' },
  'GET /metrics': { free: 'sums of the process' },
}

/** Tables of a complex that need no wall: nobody of single buildings is let near them. */
export const WITHOUT_WALL: Record<string, string> = {
  plan: 'prices of the whole complex',
  plan_version: 'prices of the whole complex',
  calendar_day: 'holidays of the whole complex',
  sharing_rule: 'asks for the whole complex',
  sharing_part: 'asks for the whole complex',
  sharing_run: 'asks for the whole complex',
  sharing_share: 'asks for the whole complex',
  ledger_account: 'the books ask for the whole complex',
  posting: 'the books ask for the whole complex',
  entry: 'the books ask for the whole complex',
  chain_head: 'no route shows it',
  audit: 'the log asks for the whole complex',
  day_close: 'asks for the whole complex',
  month_lock: 'asks for the whole complex',
  operator_limit: 'asks for the whole complex',
  shift: 'one’s own, or asks for the whole complex',
  receipt_print: 'found by way of a sale or payout',
  purchase_event: 'found by way of its purchase',
  swap_step: 'found by way of its swap',
  request: 'answers to whoever asked the same before',
  counter: 'no route shows it',
  work: 'no route shows it',
  message: 'no route shows it',
  lease: 'no route shows it',
}
