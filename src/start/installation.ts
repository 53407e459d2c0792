// One installation from settings to open doors 启动: each step says what it does; what has started is
// stopped in reverse, at the end or when a later step fails.

import { connectDatabase } from '../adapters/database.ts'
import { systemMqtt } from '../adapters/mqtt.ts'
import { createOutbound } from '../adapters/outbound.ts'
import type { Config, MqttConfig } from '../config.ts'
import { startRootKeeper } from '../ledger/root-keeper.ts'
import { rootKeyOf } from '../ledger/roots.ts'
import { createMqttHub, type MqttChoice } from '../metering/links/mqtt.ts'
import { fillInitials } from '../registers/fill-initials.ts'
import { keyFileIn, mastersOf } from '../secrets/key-file.ts'
import { createVault } from '../secrets/vault.ts'
import { type CentrePorts, capabilitiesIn, loadCatalogues, startCentre } from './centre.ts'
import { type DemoDeps, startDemo } from './demo.ts'
import { firstAdmin } from './first-admin.ts'
import { nodeNameOf } from './node-name.ts'
import { openDatabase } from './open-database.ts'
import { openTls } from './tls.ts'
import { redirectToTls, warnOfPlainHttp } from './web-edge.ts'

export type Installation = {
  url: string
  welcome: string
  /** Control address of the simulator; null without demo. */
  simulator: string | null
  stop(): Promise<void>
}

/** Brokers know this process by its node: what one keeps for it is there after a restart. */
const mqttChoice = (chosen: MqttConfig, node: string): MqttChoice => ({
  createHub: createMqttHub,
  mqtt: systemMqtt,
  clientId: `prewatt-${node}`,
  standard: 'url' in chosen ? chosen : { host: '', port: chosen.port },
  serveAtOnce: 'atOnce' in chosen && chosen.atOnce,
})

type Undo = (() => Promise<void>)[]

const begin = async (
  config: Config,
  ports: CentrePorts,
  webRoot: string,
  stopping: AbortSignal,
  undo: Undo,
): Promise<Omit<Installation, 'stop'>> => {
  const { clock, ids, rng, log } = ports
  const file = keyFileIn(config.dataDir, ports.files)
  const masters = await mastersOf(config.masterKeys, file, rng)
  const vault = createVault(masters, rng)
  const node = await nodeNameOf(config.dataDir, ports)
  const { edge } = config
  const tls = await openTls(edge.tls, { ...ports, dataDir: config.dataDir })
  undo.push(() => tls.stop())
  const database = await openDatabase(config, { masters, rng, ids, log })
  undo.push(() => database.stop())
  const db = connectDatabase({
    ...{ url: database.appUrl, urlAgain: database.appUrlNow },
    ...{ clock, rng },
  })
  undo.push(() => db.close())
  await fillInitials(db)
  const admin = await firstAdmin({ db, ids, rng }, config.adminPassword)
  const catalogues = await loadCatalogues(config.dataDir, ports)
  const capabilitiesOf = capabilitiesIn(catalogues.models)
  const opening: DemoDeps = { ...ports, ...database, db, vault, config, capabilitiesOf }
  const demo = config.demo ? await startDemo(opening) : null
  if (demo) undo.push(() => demo.stop())
  const centre = await startCentre({
    ...ports,
    ...catalogues,
    db,
    vault,
    node,
    webRoot,
    ownerUrl: database.ownerUrl,
    host: config.host,
    port: config.port,
    mqtt: mqttChoice(config.mqtt, node),
    outbound: createOutbound(edge.webhookAllow),
    edge: { ...edge, ...tls.listeners, scheme: edge.tls ? 'https' : 'http' },
  })
  undo.push(() => centre.stop())
  await demo?.openAccounts(admin.operator, stopping)
  const { dataDir } = config
  const key = await rootKeyOf(dataDir, ports)
  const roots = startRootKeeper({ ...ports, db, dataDir, key })
  undo.push(() => roots.stop())
  const url = await centre.openDoors()
  const redirect = await redirectToTls(config, url)
  undo.push(() => redirect.stop())
  warnOfPlainHttp(config, log)
  return { url, welcome: admin.welcome(url), simulator: demo?.simulator.control ?? null }
}

/**
 * Throws StartRefusal, with everything stopped again. Once `stopping` is aborted, the openings of a
 * first start end early; what has started then waits for `stop` as ever.
 */
export const startInstallation = async (
  config: Config,
  ports: CentrePorts,
  webRoot: string,
  stopping: AbortSignal,
): Promise<Installation> => {
  const undo: Undo = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return { ...(await begin(config, ports, webRoot, stopping, undo)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
