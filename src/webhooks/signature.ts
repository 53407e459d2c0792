// The signature of a message 推送签名, as Standard Webhooks has it: HMAC-SHA-256 over id, time and
// body. While a secret is changed both sign, so that a receiver has time to change his. PURE.

import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'
export const SECRET_BYTES = 24

/** What the subscriber keeps. */
export const secretText = (secret: Buffer): string => `${PREFIX}${secret.toString('base64')}`

export type Signed = { id: string; timestampS: number; body: string }

export const signatureOf = (secret: Buffer, { id, timestampS, body }: Signed): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestampS}.${body}`).digest('base64')}`

export const headersFor = (
  secrets: readonly Buffer[],
  message: Signed,
): Readonly<Record<string, string>> => ({
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Prewatt',
  'webhook-id': message.id,
  'webhook-timestamp': `${message.timestampS}`,
  'webhook-signature': secrets.map((secret) => signatureOf(secret, message)).join(' '),
})
