// Logging in and out 登录.

import type { PasskeyAnswer, Session } from '../../../http/contract/operators.ts'
import { offerLanguage } from '../../text/i18n.ts'
import { ProblemError } from '../../ui/problem.tsx'
import { call } from './client.ts'
import { beginSession, currentSession, endSession, identityGiven } from './session-store.ts'

type Second = { totp?: string | undefined; passkey?: PasskeyAnswer }

export const logIn = async (
  username: string,
  password: string,
  { totp, passkey }: Second,
): Promise<Session> => {
  const body = { username, password, ...(totp && { totp }), ...(passkey && { passkey }) }
  const session = await call<Session>('/session', { method: 'POST', body, hear401: true })
  await offerLanguage(session.operator.language)
  beginSession(session)
  return session
}

export const logOut = async (): Promise<void> => {
  await call('/session', { method: 'DELETE', hear401: true })
  endSession()
}

/** Gives the password once more, and what waits for it goes on. */
export const confirmIdentity = async (password: string, totp?: string): Promise<void> => {
  const body = { password, ...(totp ? { totp } : {}) }
  await call('/session/confirm', { method: 'POST', body, hear401: true })
  identityGiven()
}

/** The session as the server has it now; asked in the background it keeps nothing alive. */
export const renewSession = async (options: { background?: true } = {}): Promise<void> => {
  beginSession(await call<Session>('/session', options))
}

/** Changes the own password and goes on with the session as it then is. */
export const changePassword = async (current: string, next: string): Promise<void> => {
  await call('/session/password', { method: 'POST', body: { current, next } })
  await renewSession()
}

/** The session of this browser, asked once; null where there is none. */
export const restoreSession = async (): Promise<Session | null> => {
  const known = currentSession()
  if (known) return known
  try {
    const session = await call<Session>('/session', { hear401: true })
    await offerLanguage(session.operator.language)
    beginSession(session)
    return session
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) return null
    throw error
  }
}
