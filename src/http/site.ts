// The pages 网页: the built console as files, and its first page for every address that is no file
// and no API, so that a pasted link opens the right screen.

import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Files } from '../ports/files.ts'
import type { Rng } from '../ports/ids.ts'
import { pagePolicy } from './csp.ts'

const NONCE_BYTES = 18
const ASSET_MAX_AGE = 'public, max-age=31536000, immutable'
const NOT_PAGES = /^\/(api|assets|docs|healthz|readyz|metrics)(\/|$)/

export type SiteDeps = { files: Files; rng: Rng; webRoot: string }

/** The page with the nonce of this answer, where its scripts look for it. */
export const withNonce = (html: string, nonce: string): string =>
  html.replace(/<head>/i, (head) => `${head}<meta property="csp-nonce" nonce="${nonce}">`)

/** True for an address that a person opens: a page, not a file or an interface. */
export const isPage = (method: string, url: string, accept: string | undefined): boolean => {
  const path = url.split('?')[0] ?? ''
  const wantsPage = /text\/html|\*\/\*/.test(accept ?? '*/*')
  return method === 'GET' && wantsPage && !NOT_PAGES.test(path) && !/\.[^/]*$/.test(path)
}

const indexPath = (deps: SiteDeps): string => join(deps.webRoot, 'index.html')

export const siteIsBuilt = async (deps: SiteDeps): Promise<boolean> =>
  (await deps.files.read(indexPath(deps))) !== null

/** Serves the built files; a file with a hash in its name never changes. */
export const addSiteFiles = async (app: FastifyInstance, deps: SiteDeps): Promise<void> => {
  // The folder itself is no file.
  app.get('/', (_request, reply) => reply.callNotFound())
  await app.register(fastifyStatic, {
    root: deps.webRoot,
    index: false,
    decorateReply: false,
    dotfiles: 'ignore',
    // The build lays a compressed twin beside each script and style sheet.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.includes(`${join(deps.webRoot, 'assets')}`)
      reply.header('cache-control', hashed ? ASSET_MAX_AGE : 'no-cache')
    },
  })
}

/** Answers an address that nothing else answered; false where it is no page. */
export const answerPage = async (
  deps: SiteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> => {
  if (!isPage(request.method, request.url, request.headers.accept)) return false
  const html = await deps.files.read(indexPath(deps))
  if (html === null) return false
  const nonce = deps.rng.bytes(NONCE_BYTES).toString('base64')
  reply
    .header('content-security-policy', pagePolicy(nonce))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(withNonce(html.toString('utf8'), nonce))
  return true
}
