// The guard 门卫 before every route: who calls, whether the request really comes from our own page,
// and whether he may. It runs before the body is read.

import { timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Permission } from '../operators/permissions.ts'
import { scopeOf } from '../operators/scope.ts'
import type { Sessions, SignedIn } from '../operators/sessions.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { languageFor } from './language.ts'
import { type Caller, type OperatorCaller, openToTokens, type Route } from './route.ts'

const COOKIE = 'sid'
/** Browsers take this name only with Secure, Path=/ and no Domain. */
const COOKIE_SECURE = '__Host-sid'
/** No slash: one stands in every name that the centre gives its own postings. */
const KEY = /^[\x21-\x2e\x30-\x7e]{1,200}$/

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; null on public routes and before the guard has run. */
    signedIn: SignedIn | null
  }
}

const isSecure = (request: FastifyRequest): boolean => request.protocol === 'https'

const tokenOf = (request: FastifyRequest): string | null =>
  request.cookies[isSecure(request) ? COOKIE_SECURE : COOKIE] ?? null

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** A write from another site's page is refused, with or without a session. */
const refuseForeignOrigin = (request: FastifyRequest): void => {
  const origin = headerOf(request, 'origin')
  const foreign =
    origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.host)
  const site = headerOf(request, 'sec-fetch-site')
  const crossSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  refuseIf(foreign || crossSite, 'csrf_token_wrong', { origin: origin ?? null })
}

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const isWrite = (request: FastifyRequest): boolean =>
  request.method !== 'GET' && request.method !== 'HEAD'

const refuseUnpermitted = (route: Route, operator: SignedIn): void => {
  refuseIf(operator.mustChangePassword && !route.duringSetup, 'password_change_required')
  refuseIf(operator.mustSetUpTotp && !route.duringSetup, 'totp_enrolment_required')
  const { permission } = route
  const byMachine = operator.tokenId !== null
  refuseIf(byMachine && !openToTokens(route), 'not_permitted', { permission: 'session' })
  const permitted =
    permission === 'public' || permission === 'session' || operator.permissions.has(permission)
  refuseIf(!permitted, 'not_permitted', { permission })
  refuseIf(route.confirmed === true && !operator.confirmed, 'confirmation_required')
}

const BEARER = /^Bearer +([\x21-\x7e]{1,200})$/i

/** A machine sends its token by itself, and no browser does: nobody can make it do so. */
const guardBearer = async (
  sessions: Sessions,
  request: FastifyRequest,
  authorization: string,
): Promise<SignedIn> => {
  const token = BEARER.exec(authorization)?.[1]
  const machine = token === undefined ? null : await sessions.findBearer(token, request.ip)
  if (!machine) throw new Refusal('not_logged_in')
  return machine
}

/** Pages ask by themselves as well, and then say so: that keeps no session alive. */
const byPerson = (route: Route, request: FastifyRequest): boolean =>
  route.kind !== 'stream' && headerOf(request, 'x-background') === undefined

/**
 * Lets the request pass or refuses: not_logged_in, csrf_token_wrong, password_change_required,
 * totp_enrolment_required, not_permitted, confirmation_required.
 */
export const guard = async (
  route: Route,
  sessions: Sessions,
  request: FastifyRequest,
): Promise<void> => {
  const authorization = headerOf(request, 'authorization')
  if (authorization !== undefined && route.permission !== 'public') {
    request.signedIn = await guardBearer(sessions, request, authorization)
    refuseUnpermitted(route, request.signedIn)
    return
  }
  if (isWrite(request)) refuseForeignOrigin(request)
  if (route.permission === 'public') return
  const token = tokenOf(request)
  const operator = token === null ? null : await sessions.find(token, byPerson(route, request))
  if (!operator) throw new Refusal('not_logged_in')
  request.signedIn = operator
  if (isWrite(request)) {
    const given = headerOf(request, 'x-csrf-token') ?? ''
    refuseIf(!sameText(given, operator.csrfToken), 'csrf_token_wrong')
  }
  refuseUnpermitted(route, operator)
}

const requestIdOf = (request: FastifyRequest): string => {
  const key = headerOf(request, 'idempotency-key') ?? ''
  refuseIf(!KEY.test(key), 'request_id_missing', { lengthMax: 200 })
  return key
}

export const callerOf = (request: FastifyRequest, reply: FastifyReply): Caller => {
  const name = isSecure(request) ? COOKIE_SECURE : COOKIE
  const options = {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: isSecure(request),
  } as const
  return {
    from: request.ip,
    origin: `${request.protocol}://${request.host}`,
    language: languageFor(headerOf(request, 'accept-language'), request.signedIn),
    token: tokenOf(request),
    lastEventId: headerOf(request, 'last-event-id') ?? null,
    reply: {
      status: (code) => void reply.code(code),
      setSessionCookie: (token) => void reply.setCookie(name, token, options),
      clearSessionCookie: () => void reply.clearCookie(name, options),
    },
  }
}

export const operatorCallerOf = (
  request: FastifyRequest,
  reply: FastifyReply,
  operator: SignedIn,
): OperatorCaller => ({
  ...callerOf(request, reply),
  operator,
  scope: scopeOf(
    operator,
    operator.tokenId === null ? request.ip : `${request.ip} token/${operator.tokenId}`,
  ),
  requestId: () => requestIdOf(request),
  permit: (permission: Permission) =>
    refuseIf(!operator.permissions.has(permission), 'not_permitted', { permission }),
  confirmed: () =>
    refuseIf(operator.tokenId === null && !operator.confirmed, 'confirmation_required'),
})
