// The web role 网页进程: sessions, live events, routes and pages, wired by hand and listening.

import { createPasswords } from '../operators/password.ts'
import { createSessions } from '../operators/sessions.ts'
import type { Clock } from '../ports/clock.ts'
import type { Files } from '../ports/files.ts'
import type { Gzip } from '../ports/gzip.ts'
import type { Rng } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { allRoutes, type RouteDeps } from './all-routes.ts'
import { startLive } from './live.ts'
import { buildServer, type Edge, type ServerDeps } from './server.ts'
import { addSiteFiles, answerPage, siteIsBuilt } from './site.ts'

export type WebDeps = Omit<RouteDeps, 'sessions' | 'passwords' | 'live'> & {
  clock: Clock
  rng: Rng
  files: Files
  gzip: Gzip
  log: Log
  host: string
  /** 0: any free port. */
  port: number
  /** The folder of the built pages; null: the API alone. */
  webRoot: string | null
  wrote?: ServerDeps['wrote']
  /** Left out: plain HTTP. */
  edge?: Edge & { scheme: 'http' | 'https' }
}

export type Web = { url: string; stop(): Promise<void> }

/** Errors: the listening fails when the port is taken. */
export const startWeb = async (deps: WebDeps): Promise<Web> => {
  const passwords = createPasswords(deps.rng)
  const sessions = createSessions({ ...deps, passwords })
  const live = startLive({ ...deps, sessions })
  const site = deps.webRoot === null ? null : { ...deps, webRoot: deps.webRoot }
  const built = site !== null && (await siteIsBuilt(site)) ? site : null
  if (site !== null && built === null)
    deps.log.warn('the pages are not built', { at: site.webRoot })
  const { app, drained } = await buildServer(
    { ...deps, sessions },
    allRoutes({ ...deps, sessions, passwords, live }),
    built && ((request, reply) => answerPage(built, request, reply)),
  )
  if (built) await addSiteFiles(app, built)
  try {
    const told = await app.listen({ host: deps.host, port: deps.port })
    return {
      url: told.replace(/^http:/, `${deps.edge?.scheme ?? 'http'}:`),
      stop: async () => {
        // Streams never end by themselves, and the server waits for every answer.
        await live.stop()
        const closed = app.close()
        await drained()
        app.server.closeAllConnections()
        deps.edge?.destroyAll()
        await closed
      },
    }
  } catch (error) {
    await live.stop()
    throw error
  }
}
