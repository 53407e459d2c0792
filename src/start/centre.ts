// The centre 监管中心, wired by hand: collection, delivery, control, alarms and web on one database.

import { AFTER_REDUCTION } from '../accounts/after-reduction.ts'
import { startClosingWorker } from '../accounts/close-worker.ts'
import { systemGzip } from '../adapters/gzip.ts'
import { listFolder, listFolderIfAny } from '../adapters/list-folder.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import { type AlarmRules, loadAlarmRules } from '../alarms/catalog.ts'
import { alarmHook } from '../alarms/evaluate.ts'
import { startAlarmSweep } from '../alarms/sweep.ts'
import { startCoverQuestions } from '../alarms/watch/ask-covers.ts'
import { startWatch } from '../alarms/watch/watch.ts'
import { startCommissioningWorker } from '../commissioning/worker.ts'
import { relayHook } from '../control/relay-hook.ts'
import { startControlWorker } from '../control/worker.ts'
import { compareHook } from '../delivery/compare-hook.ts'
import { wakeHook } from '../delivery/wake-hook.ts'
import { startDeliveryWorker } from '../delivery/worker.ts'
import { startWeb, type WebDeps } from '../http/start-web.ts'
import { type Collector, startCollector } from '../metering/collector.ts'
import type { MqttChoice } from '../metering/links/mqtt.ts'
import { type MeterModel, MODELS_FOLDER } from '../metering/meter-model/meter-model.ts'
import { isMeterModel } from '../metering/meter-model/model-check.ts'
import { type WithUserModels, withUserModels } from '../metering/meter-model/user-models.ts'
import { lateReadingHook } from '../metering/readings/late-readings.ts'
import { startPartitionKeeper } from '../metering/readings/partitions.ts'
import { startClockKeeper } from '../metering/rounds/clock-keeper.ts'
import { seenFigures } from '../metering/seen-store.ts'
import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Files } from '../ports/files.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Net } from '../ports/net.ts'
import type { Outbound } from '../ports/outbound.ts'
import { startTidying } from '../privacy/tidy.ts'
import { startReratings } from '../rerating/worker.ts'
import type { Vault } from '../secrets/vault.ts'
import { startSettlement } from '../settlement/worker.ts'
import { type Catalog, loadCatalog } from '../shared/catalog.ts'
import type { BusId } from '../shared/ids.ts'
import { startWebhookWorker } from '../webhooks/worker.ts'
import { type Bell, createBell } from '../work/bell.ts'
import { releaseClaims } from '../work/store.ts'
import { gaugesOf } from './gauges.ts'

export type CentrePorts = {
  clock: Clock
  ids: Ids
  rng: Rng
  net: Net
  files: Files
  log: Log
}

export type CentreDeps = CentrePorts &
  Catalogues & {
    db: Db
    /** For month partitions, which only the owner may make. */
    ownerUrl: string
    vault: Vault
    /** Names this process among those that share the database. */
    node: string
    host: string
    port: number
    /** The folder of the built pages; null: the API alone. */
    webRoot: string | null
    mqtt: MqttChoice
    edge: WebDeps['edge']
    outbound: Outbound
  }

export type Centre = {
  readonly collector: Collector
  /** Listens; until then nobody can ask for anything. Errors: the port is taken. */
  openDoors(): Promise<string>
  stop(): Promise<void>
}

type Stoppable = { stop(): Promise<void> }

const isDatabaseUp = (db: Db): Promise<boolean> =>
  db
    .as(systemScope('ready', []), (tx) => tx.query('select 1'))
    .then(
      () => true,
      () => false,
    )

/** Null for a bus that another process is master of. */
const figuresIn = (collector: Collector, busId: BusId) => {
  const bus = collector
    .gateways()
    .flatMap((gateway) => gateway.buses)
    .find((each) => each.busId === busId)
  return bus ? seenFigures(bus) : null
}

export type Catalogues = WithUserModels & { rules: AlarmRules }

/** A model file of a user that is no good is left out and said, and the start goes on. */
export const loadCatalogues = async (
  dataDir: string,
  { files, log }: Pick<CentrePorts, 'files' | 'log'>,
): Promise<Catalogues> => {
  const ours = await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)
  const all = await withUserModels(ours, dataDir, { list: listFolderIfAny, files })
  for (const { file, problems } of all.modelFaults) {
    const zh = problems.map((problem) => problem.zh).join('；')
    const en = problems.map((problem) => problem.en).join('; ')
    log.error('meter model left out', { file, zh, en })
  }
  return { ...all, rules: await loadAlarmRules(listFolder) }
}

export const capabilitiesIn = (models: Catalog<MeterModel>) => (model: string) =>
  models.get(model)?.capabilities ?? null

const modelsWithCovers = (models: Catalog<MeterModel>): string[] =>
  [...models.values()].flatMap(({ id, capabilities }) => (capabilities.covers ? [id] : []))

const startWorkers = async (
  deps: CentreDeps & { bell: Bell; deliveryBell: Bell },
): Promise<{ collector: Collector } & Stoppable> => {
  const { ids, log, models, rules, node: holder } = deps
  const capabilitiesOf = capabilitiesIn(models)
  await releaseClaims(deps.db, holder)
  const partitions = await startPartitionKeeper({
    clock: deps.clock,
    owner: ownerQuery(deps.ownerUrl),
    onFault: (error) => log.error('month partitions are not ready', { error: String(error) }),
  })
  const collector = startCollector({
    ...deps,
    holder,
    // The comparison goes first: it may stop what the others would judge.
    pollHooks: [
      compareHook({ ids, capabilitiesOf }),
      relayHook(ids),
      lateReadingHook(ids),
      alarmHook({ ids, rules }),
    ],
    gatewayHooks: [wakeHook],
  })
  const worker = {
    ...deps,
    drivers: collector.drivers,
    capabilitiesOf,
    holder,
    afterReduction: AFTER_REDUCTION,
  }
  const workers: Stoppable[] = [
    startDeliveryWorker({ ...worker, bell: deps.deliveryBell }),
    startControlWorker(worker),
    startCommissioningWorker({
      ...worker,
      models: [...deps.models.values()],
      lineOf: collector.lineOf,
    }),
    startClosingWorker(worker),
    startAlarmSweep(deps),
    startWatch(deps),
    startCoverQuestions({ ...worker, coverModels: modelsWithCovers(models) }),
    startSettlement({ ...deps, holder }),
    startReratings({ ...deps, holder }),
    startTidying(deps),
    await startWebhookWorker({ ...deps, holder }),
    startClockKeeper({ ...worker, broadcastTime: (bus) => collector.broadcastTime(bus) }),
  ]
  return {
    collector,
    stop: async () => {
      await Promise.all(workers.map((each) => each.stop()))
      await collector.stop()
      await partitions.stop()
    },
  }
}

/** Starts reading meters and delivering; people get in when `openDoors` is called. */
export const startCentre = async (deps: CentreDeps): Promise<Centre> => {
  const bell = createBell()
  const deliveryBell = createBell()
  const { collector, stop } = await startWorkers({ ...deps, bell, deliveryBell })
  let web: Stoppable | null = null
  let stopping = false
  const ready = async () => {
    const checks = {
      database: await isDatabaseUp(deps.db),
      collector: !stopping && collector.gateways().every((gateway) => gateway.online !== null),
    }
    return { ok: Object.values(checks).every(Boolean), checks }
  }
  return {
    collector,
    openDoors: async () => {
      const opened = await startWeb({
        ...deps,
        capabilitiesOf: capabilitiesIn(deps.models),
        gzip: systemGzip,
        sheets: xlsxSheets,
        modelNameOf: (model) => deps.models.get(model)?.name ?? null,
        alarmRules: deps.rules,
        drivers: collector.drivers,
        busFiguresOf: (bus) => figuresIn(collector, bus),
        unknownCallers: () => ({ collector: deps.node, callers: collector.links.unknownCallers() }),
        metrics: gaugesOf(collector),
        wrote: (queued) => {
          deliveryBell.ring()
          if (queued !== 'delivery') bell.ring()
        },
        ready,
      })
      web = opened
      return opened.url
    },
    stop: async () => {
      stopping = true
      await web?.stop()
      await stop()
    },
  }
}
