// The verifier against the example of RFC 7677 §3.

import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { scramVerifier } from './scram.ts'

test('the verifier holds the keys that the exchange of RFC 7677 proves', () => {
  const salt = 'W22ZaJ0SNY7soEsUEjb6gQ=='
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  const verifier = scramVerifier('pencil', Buffer.from(salt, 'base64'))
  const [, serverKey = ''] = verifier.split(':').slice(1)
  const exchange = [
    'n=user,r=rOprNGfwEbeRWgbNEkqO',
    `r=${nonce},s=${salt},i=4096`,
    `c=biws,r=${nonce}`,
  ].join(',')
  const signed = createHmac('sha256', Buffer.from(serverKey, 'base64')).update(exchange)
  expect(signed.digest('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  expect(verifier.startsWith(`SCRAM-SHA-256$4096:${salt}$`)).toBe(true)
})

test('a password that would need preparation first is a bug', () => {
  expect(() => scramVerifier('密码')).toThrow('printable ASCII')
})
