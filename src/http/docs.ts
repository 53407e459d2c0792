// The API's own description 接口文档: OpenAPI 3.1 made from the schemas that validate, and a page that
// shows it without any other origin.

import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { Problem } from './contract.ts'
import { closed } from './input.ts'
import { NoContent, openToTokens, type Route } from './route.ts'

export const DOCUMENT_PATH = '/api/v1/openapi.json'
const VERSION = '1'
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 40" height="40">' +
  '<text x="4" y="28" fill="#fff" font-family="sans-serif" font-size="24">Prewatt</text></svg>'

const IDEMPOTENCY_KEY = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[!-.0-~]+$',
  description:
    'Names this request: the same key with the same content gets the first answer. ' +
    'No space and no slash 不含空格和斜杠.',
})
const CSRF_TOKEN = Type.String({ description: 'csrfToken of the session.' })

const problemAnswer = {
  description: 'Problem (RFC 9457): `code` is stable, `title` is in the language of the caller',
  content: { 'application/problem+json': { schema: Problem } },
}

const describe = (route: Route): string => {
  const audited = route.audited ? ' Written to the audit log 记入操作日志.' : ''
  const weight = route.confirmed ? ' The password given a few minutes ago 须刚验证过密码.' : ''
  const machines = openToTokens(route) ? ' Also by token 可用令牌.' : ''
  return `Permission 权限: \`${route.permission}\`.${machines}${weight}${audited}`
}

const headersOf = (route: Route): TSchema | null => {
  if (route.method === 'GET' || route.permission === 'public') return null
  return Type.Object({
    'x-csrf-token': CSRF_TOKEN,
    ...(route.once ? { 'idempotency-key': IDEMPOTENCY_KEY } : {}),
  })
}

const successOf = (route: Route): Record<string, unknown> => {
  if (route.kind === 'text')
    return { 200: { description: 'OK', content: { 'text/plain': { schema: Type.String() } } } }
  if (route.kind === 'sheet')
    return { 200: { description: 'OK', content: { 'text/csv': { schema: Type.String() } } } }
  if (route.kind === 'stream')
    return {
      200: {
        description: 'Server-sent events',
        content: { 'text/event-stream': { schema: Type.String() } },
      },
    }
  if (route.answer === undefined || route.answer === NoContent)
    return { 204: { description: 'Done', type: 'null' } }
  return {
    200: { description: 'OK', content: { 'application/json': { schema: route.answer } } },
  }
}

/** What Fastify is told of a row: for the document only, the row parses by itself. */
export const schemaOf = (route: Route): FastifySchema => {
  const headers = headersOf(route)
  const tag = route.path.split('/').find((part, index) => index > 0 && !/^(api|v1)$/.test(part))
  return {
    summary: `${route.summary.zh} · ${route.summary.en}`,
    description: describe(route),
    tags: [tag ?? 'server'],
    ...(route.params ? { params: closed(route.params) } : {}),
    ...(route.query ? { querystring: closed(route.query) } : {}),
    ...(route.body ? { body: closed(route.body) } : {}),
    ...(headers ? { headers } : {}),
    response: { ...successOf(route), default: problemAnswer },
    security: [
      ...(route.permission === 'public' ? [] : [{ session: [] }]),
      ...(openToTokens(route) ? [{ token: [] }] : []),
    ],
  }
}

/** Routes added to this app afterwards are in the document. */
export const documented = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Prewatt 预付电',
        version: VERSION,
        description:
          'Remote prepaid electricity for commercial complexes. Money is whole fen (`…Fen`), ' +
          'energy whole Wh (`…Wh`), times RFC 3339 with offset. Lists answer `items` and ' +
          '`nextCursor`. Writes of a browser send `X-CSRF-Token`; those on money also ' +
          '`Idempotency-Key`. Machines send `Authorization: Bearer` with a token instead.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'sid' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { validatorUrl: null, docExpansion: 'none' },
    theme: { title: 'Prewatt API' },
    logo: { type: 'image/svg+xml', content: Buffer.from(LOGO) },
  })
  app.get(DOCUMENT_PATH, { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  )
}
