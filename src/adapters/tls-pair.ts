// A certificate with its key 证书与私钥: whether the two can be used, told before anybody connects.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

export type TlsPair = { cert: Buffer; key: Buffer }

export type PairFault = 'certUnreadable' | 'keyUnreadable' | 'notTogether' | 'unusable'
export type PairCheck = { ok: true; until: Date } | { ok: false; fault: PairFault }

const tried = <T>(make: () => T): T | null => {
  try {
    return make()
  } catch {
    return null
  }
}

/** What libraries say of keys stays here: their texts may hold a part of the file. */
export const checkPair = ({ cert, key }: TlsPair): PairCheck => {
  const certificate = tried(() => new X509Certificate(cert))
  if (certificate === null) return { ok: false, fault: 'certUnreadable' }
  const privateKey = tried(() => createPrivateKey(key))
  if (privateKey === null) return { ok: false, fault: 'keyUnreadable' }
  if (!certificate.checkPrivateKey(privateKey)) return { ok: false, fault: 'notTogether' }
  const usable = tried(() => createSecureContext({ cert, key, minVersion: 'TLSv1.2' }))
  if (usable === null) return { ok: false, fault: 'unusable' }
  return { ok: true, until: certificate.validToDate }
}
