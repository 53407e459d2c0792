// An authenticator made of software 软件验证器: passkeys as a telephone makes them (WebAuthn, ES256, no
// attestation), and answers that are wrong in one way each.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const KEY_INCLUDED = 0x40
const AAGUID_BYTES = 16
const ID_BYTES = 16

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest()
const b64 = (data: Buffer | string): string => Buffer.from(data).toString('base64url')
const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(n)
  return bytes
}
const u16 = (n: number): Buffer => u32(n).subarray(2)

/** CBOR of a byte string, at most 65,535 bytes long. */
const cborBytes = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x59]), u16(bytes.length), bytes])
/** CBOR of a short text. */
const cborText = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)])

/** COSE_Key of P-256: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
const coseOf = (publicKey: KeyObject): Buffer => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ])
}

export type Asked = { challenge: string; rpId: string }
export type Bent = {
  origin?: string
  challenge?: string
  rpId?: string
  verified?: false
  counter?: number
  userHandle?: string
}

export const createAuthenticator = (origin: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(ID_BYTES)
  let counter = 0
  const clientData = (type: string, asked: Asked, bent: Bent): Buffer =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: bent.challenge ?? asked.challenge,
        origin: bent.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const head = (asked: Asked, bent: Bent, flags: number): Buffer => {
    counter = bent.counter ?? counter + 1
    const verified = bent.verified === false ? 0 : USER_VERIFIED
    const all = Buffer.from([USER_PRESENT | verified | flags])
    return Buffer.concat([sha256(bent.rpId ?? asked.rpId), all, u32(counter)])
  }
  return {
    id: b64(id),
    /** What `POST /session/passkeys` takes. */
    make(name: string, asked: Asked, bent: Bent = {}) {
      const authData = Buffer.concat([
        head(asked, bent, KEY_INCLUDED),
        Buffer.alloc(AAGUID_BYTES),
        u16(id.length),
        id,
        coseOf(publicKey),
      ])
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        cborText('fmt'),
        cborText('none'),
        cborText('attStmt'),
        Buffer.from([0xa0]),
        cborText('authData'),
        cborBytes(authData),
      ])
      return {
        name,
        id: b64(id),
        clientDataJSON: b64(clientData('webauthn.create', asked, bent)),
        attestationObject: b64(attestation),
        transports: ['internal'],
      }
    },
    /** What is sent for a question; with `bent` wrong in that way. */
    answer(asked: Asked, bent: Bent = {}) {
      const data = clientData('webauthn.get', asked, bent)
      const authData = head(asked, bent, 0)
      const signature = sign('sha256', Buffer.concat([authData, sha256(data)]), privateKey)
      return {
        id: b64(id),
        clientDataJSON: b64(data),
        authenticatorData: b64(authData),
        signature: b64(signature),
        ...(bent.userHandle !== undefined && { userHandle: b64(bent.userHandle) }),
      }
    },
  }
}

export type Authenticator = ReturnType<typeof createAuthenticator>
