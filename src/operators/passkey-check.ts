// What an authenticator answered 通行密钥校验 (WebAuthn): signed for this host, for this question, by who
// holds it and has shown so to it. What it looks at changes nothing.

import type { NewPasskey, PasskeyAnswer } from '../http/contract/operators.ts'
import { Refusal } from '../shared/refusal.ts'
import type { PasskeyRow } from './passkey-store.ts'

/** Where the browser is: the host's name is what passkeys are made for. */
export type Site = { origin: string; rpId: string }

const LOCAL = 'localhost'

// Fetched when the first passkey answers: few installations need it while they start.
const library = () => import('@simplewebauthn/server')

/** Refuses: passkey_host_unknown, where the host is not allowed or the way to it is not safe. */
export const siteOf = (origin: string, hosts: readonly string[]): Site => {
  const { hostname, protocol } = new URL(origin)
  const safe = protocol === 'https:' || hostname === LOCAL
  if (!safe || !hosts.includes(hostname))
    throw new Refusal('passkey_host_unknown', { host: hostname })
  return { origin, rpId: hostname }
}

/** The question that is answered, as the answer says; '' where it cannot be read. */
export const challengeIn = (clientDataJSON: string): string => {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    const said = typeof data === 'object' && data !== null && 'challenge' in data
    return said && typeof data.challenge === 'string' ? data.challenge : ''
  } catch {
    return ''
  }
}

export type MadeKey = { credentialId: string; publicKey: Buffer; counter: number }

/** Null where it is not what was asked for; nothing is asked about who made the authenticator. */
export const checkNewPasskey = async (
  site: Site,
  challenge: string,
  given: NewPasskey,
): Promise<MadeKey | null> => {
  try {
    const { verifyRegistrationResponse } = await library()
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...{ id: given.id, rawId: given.id, type: 'public-key', clientExtensionResults: {} },
        response: {
          clientDataJSON: given.clientDataJSON,
          attestationObject: given.attestationObject,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification: true,
    })
    if (!verified) return null
    const { id, publicKey, counter } = registrationInfo.credential
    return { credentialId: id, publicKey: Buffer.from(publicKey), counter }
  } catch {
    // Whatever cannot be read is not an answer.
    return null
  }
}

/**
 * The counter of the answer; null where it is not one of this passkey to this question. Whether the
 * counter went on is for who writes it.
 */
export const checkAnswer = async (
  site: Site,
  challenge: string,
  { key, given }: { key: PasskeyRow; given: PasskeyAnswer },
): Promise<number | null> => {
  const { id, clientDataJSON, authenticatorData, signature, userHandle } = given
  if (userHandle !== undefined && userHandle !== userHandleOf(key.operatorId)) return null
  try {
    const { verifyAuthenticationResponse } = await library()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      credential: { id, publicKey: new Uint8Array(key.publicKey), counter: 0 },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : null
  } catch {
    return null
  }
}

/** What the authenticator keeps of the person: his number, and nothing that names him. */
export const userHandleOf = (operator: number): string =>
  Buffer.from(String(operator)).toString('base64url')
