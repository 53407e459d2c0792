// SCRAM-SHA-256 verifiers (RFC 5802, PostgreSQL's form): the server gets this in place of the
// password, so that the password itself never stands in its log or on an administrator's screen.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { assert } from '../shared/assert.ts'

const ITERATIONS = 4096
const SALT_BYTES = 16
const HASH_BYTES = 32

/** `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`; the password is printable ASCII. */
export const scramVerifier = (password: string, salt: Buffer = randomBytes(SALT_BYTES)): string => {
  // Other characters would have to be prepared by RFC 4013 first.
  assert(/^[\x20-\x7e]+$/.test(password), 'a database password is printable ASCII')
  const salted = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha256')
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64')
  const serverKey = keyed('Server Key').toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
