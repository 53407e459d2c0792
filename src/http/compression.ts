// Compressed answers 压缩应答: long JSON goes as gzip where the client takes it. What tells a session
// its token is never compressed, however long: lengths would speak of the token.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Gzip } from '../ports/gzip.ts'
import type { Route } from './route.ts'

/** A shorter answer is a few packets either way. */
export const COMPRESSED_FROM_CHARS = 16 * 1024

/** The weight of one entry of Accept-Encoding; nobody knows what is no number, so it refuses. */
const weightOf = (parameters: readonly string[]): number => {
  const q = parameters.map((each) => each.trim()).find((each) => /^q=/i.test(each))
  return q === undefined ? 1 : Number(q.slice(2)) || 0
}

/** Whether Accept-Encoding takes gzip, by its name or by `*` (RFC 9110 §12.5.3). */
export const takesGzip = (acceptEncoding: string): boolean => {
  const weights = new Map(
    acceptEncoding.split(',').map((entry) => {
      const [name = '', ...parameters] = entry.split(';')
      return [name.trim().toLowerCase(), weightOf(parameters)] as const
    }),
  )
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0
}

/** What a named permission opens holds no token of a session; the rest stays as it is. */
const mayCompress = ({ permission }: Pick<Route, 'permission'>): boolean =>
  permission !== 'session' && permission !== 'public'

/** Sends JSON, its type already set. */
export const sendJson = async (
  gzip: Gzip,
  route: Pick<Route, 'permission'>,
  json: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  if (json.length < COMPRESSED_FROM_CHARS || !mayCompress(route)) return reply.send(json)
  reply.header('vary', 'Accept-Encoding')
  const accepted = request.headers['accept-encoding'] ?? ''
  if (!takesGzip(String(accepted))) return reply.send(json)
  const body = await gzip(json)
  return reply.header('content-encoding', 'gzip').send(body)
}
