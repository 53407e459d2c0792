import { expect, test } from 'vitest'
import { openLink, sealLinkSecrets, shownLink } from './link-secrets.ts'
import { readLinkSettings } from './link-settings.ts'

/** Long enough to look sealed, and to be turned back. */
const seal = (plain: Buffer): Buffer => Buffer.concat([Buffer.alloc(32, 1), plain])
const open = (sealed: Buffer): Buffer => sealed.subarray(32)

const GATEWAY = { kind: 'acrel-awt100', port: 5_300, gatewayNo: '11000001' }
const SECRET = 'sixteen letters!'
const BROKER = { kind: 'mqtt', gatewayNo: 'GW01', brokerUrl: 'mqtt://broker' }

const stored = (entered: unknown, before: unknown = {}) => {
  const sealed = sealLinkSecrets(entered, before, seal)
  if (!sealed.ok) throw new Error(sealed.en)
  return sealed.link
}

test('a secret is stored sealed, opened for the link, and never shown', () => {
  const link = stored({ ...GATEWAY, secret: SECRET })
  expect(JSON.stringify(link)).not.toContain(SECRET)
  const read = readLinkSettings(link, 1, {})
  expect(read.ok && openLink(read.settings, open)).toEqual({
    ...GATEWAY,
    secret: Buffer.from(SECRET),
    busOrdinal: 1,
  })
  expect(shownLink(link)).toEqual({ ...GATEWAY, secretSet: true })
})

test('so is the password of a broker', () => {
  const link = stored({ ...BROKER, brokerUser: 'me', brokerPassword: 'open sesame' })
  const read = readLinkSettings(link, 2, {})
  expect(read.ok && openLink(read.settings, open)).toMatchObject({
    broker: { url: 'mqtt://broker', user: 'me', password: Buffer.from('open sesame') },
  })
  expect(shownLink(link)).toEqual({ ...BROKER, brokerUser: 'me', brokerPasswordSet: true })
})

test('so is the password of a gateway at our own broker', () => {
  const { brokerUrl: _, ...ours } = BROKER
  const link = stored({ ...ours, password: 'open sesame' })
  const read = readLinkSettings(link, 1, {})
  expect(read.ok && openLink(read.settings, open)).toEqual({
    ...ours,
    dialect: 'prewatt',
    busOrdinal: 1,
    broker: null,
    password: Buffer.from('open sesame'),
  })
  expect(shownLink(link)).toEqual({ ...ours, passwordSet: true })
})

test('a secret that is left out stays; one for another kind of link does not', () => {
  const before = stored({ ...GATEWAY, secret: SECRET })
  expect(stored({ ...GATEWAY, port: 5_301 }, before)).toEqual({ ...before, port: 5_301 })
  expect(stored(BROKER, before)).toEqual(BROKER)
})

test('nobody can hand in a sealed value of his own', () => {
  const foreign = { ...GATEWAY, secretSealed: seal(Buffer.from(SECRET)).toString('base64') }
  expect(stored(foreign)).toEqual(GATEWAY)
})

test('a secret put where none belongs is not stored', () => {
  const link = stored({ ...GATEWAY, secret: SECRET, buses: { 2: { secret: SECRET, port: 9 } } })
  expect(link.buses).toEqual({ 2: { port: 9 } })
})

test.each([
  ['secret', { ...GATEWAY, secret: 'short' }],
  ['secret', { ...GATEWAY, secret: 16 }],
  ['password', { ...BROKER, password: '1234567' }],
  ['brokerPassword', { ...BROKER, brokerPassword: 'x'.repeat(129) }],
])('a %s that cannot be one is refused by name', (field, entered) => {
  expect(sealLinkSecrets(entered, {}, seal)).toMatchObject({ ok: false, field })
})

test('a secret that does not open leaves the link unusable, without a throw', () => {
  const locked = () => null
  for (const entered of [
    { ...GATEWAY, secret: SECRET },
    { ...BROKER, brokerPassword: 'open sesame' },
  ]) {
    const read = readLinkSettings(stored(entered), 1, {})
    expect(read.ok && openLink(read.settings, locked)).toBeNull()
  }
  const plain = readLinkSettings({ kind: 'tcp-client', host: 'a', port: 1 }, 1, {})
  expect(plain.ok && openLink(plain.settings, locked)).toMatchObject({ host: 'a' })
})
