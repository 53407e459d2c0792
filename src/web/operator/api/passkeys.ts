// Passkeys in the browser 通行密钥: the question goes to the authenticator, its answer to the server.
// The library is fetched when the first is used.

import type {
  MadePasskey,
  NewPasskey,
  Passkey,
  PasskeyAnswer,
  PasskeyProposal,
  PasskeyQuestion,
  Session,
} from '../../../http/contract/operators.ts'
import { offerLanguage } from '../../text/i18n.ts'
import { call } from './client.ts'
import { beginSession, identityGiven } from './session-store.ts'

const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const
type Transport = (typeof TRANSPORTS)[number]
type Known = PasskeyQuestion['allow'][number]

/** COSE: ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257] as const

const isTransport = (text: string): text is Transport => TRANSPORTS.some((one) => one === text)
const described = ({ id, transports }: Known) => ({
  id,
  type: 'public-key' as const,
  transports: transports.filter(isTransport),
})

export const passkeysWork = (): boolean => window.PublicKeyCredential !== undefined

/** The dialog of the browser was closed, or nobody answered it. */
export class PasskeyCancelled extends Error {
  override readonly name = 'PasskeyCancelled'
}

const library = () => import('@simplewebauthn/browser')

/** Whatever the browser says instead of an answer: there is none. */
const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask()
  } catch {
    throw new PasskeyCancelled()
  }
}

const answerTo = async (question: PasskeyQuestion): Promise<PasskeyAnswer> => {
  const { startAuthentication } = await library()
  const { challenge, rpId, timeoutMs: timeout, allow } = question
  const { id, response } = await asked(() =>
    startAuthentication({
      optionsJSON: {
        ...{ challenge, rpId, timeout, userVerification: 'required' },
        allowCredentials: allow.map(described),
      },
    }),
  )
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return { id, clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) }
}

/** Puts a question for the log-in and has it answered. */
export const passkeyForLogIn = async (): Promise<PasskeyAnswer> =>
  answerTo(await call<PasskeyQuestion>('/session/passkey/ask', { method: 'POST', hear401: true }))

/** With a passkey alone. */
export const logInByPasskey = async (): Promise<Session> => {
  const body = await passkeyForLogIn()
  const options = { method: 'POST', body, hear401: true } as const
  const session = await call<Session>('/session/passkey', options)
  await offerLanguage(session.operator.language)
  beginSession(session)
  return session
}

export const confirmByPasskey = async (): Promise<void> => {
  const question = await call<PasskeyQuestion>('/session/confirm/ask', { method: 'POST' })
  const body = await answerTo(question)
  await call('/session/confirm/passkey', { method: 'POST', body, hear401: true })
  identityGiven()
}

const newPasskey = async (name: string): Promise<NewPasskey> => {
  const proposal = await call<PasskeyProposal>('/session/passkeys/ask', { method: 'POST' })
  const { startRegistration } = await library()
  const { challenge, rpId, timeoutMs: timeout, exclude } = proposal
  const { userId, username, name: displayName } = proposal
  const { id, response } = await asked(() =>
    startRegistration({
      optionsJSON: {
        ...{ challenge, timeout, attestation: 'none' },
        rp: { id: rpId, name: 'Prewatt' },
        user: { id: userId, name: username, displayName },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: 'public-key' })),
        excludeCredentials: exclude.map(described),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    }),
  )
  const { clientDataJSON, attestationObject, transports = [] } = response
  return { name, id, clientDataJSON, attestationObject, transports }
}

export const addPasskey = async (name: string): Promise<MadePasskey> =>
  call<MadePasskey>('/session/passkeys', {
    method: 'POST',
    body: await newPasskey(name),
    hear401: true,
  })

export const renamePasskey = (passkeyId: number, name: string): Promise<Passkey> =>
  call(`/session/passkeys/${passkeyId}`, { method: 'PATCH', body: { name } })

export const removePasskey = (passkeyId: number): Promise<null> =>
  call(`/session/passkeys/${passkeyId}`, { method: 'DELETE' })
