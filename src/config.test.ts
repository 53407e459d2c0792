import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('without settings the embedded database, port 8080 and the demo are used', () => {
  const result = parseConfig({}, [])
  expect(result.ok && result.config).toMatchObject({
    databaseUrl: null,
    port: 8080,
    host: '127.0.0.1',
    demo: true,
    simLoad: 1,
    simMeters: null,
  })
})

test.each([
  [{ PREWATT_PORT: 'abc' }, [], 'PREWATT_PORT'],
  [{ PREWATT_PORT: '70000' }, [], 'PREWATT_PORT'],
  [{ PREWATT_DATABASE_URL: 'mysql://x' }, [], 'PREWATT_DATABASE_URL'],
  [{ PREWATT_MASTER_KEY: '12' }, [], 'PREWATT_MASTER_KEY'],
  [{ PREWATT_MASTER_KEY_NEXT: '1'.repeat(64) }, [], 'PREWATT_MASTER_KEY_NEXT'],
  [{ PREWATT_ADMIN_PASSWORD: 'short' }, [], 'PREWATT_ADMIN_PASSWORD'],
  [{ PREWATT_MQTT_PORT: '0' }, [], 'PREWATT_MQTT_PORT'],
  [{ PREWATT_MQTT_URL: 'http://broker' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_MQTT_URL: 'mqtt://broker/topic' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_MQTT_URL: 'mqtt://a:%@broker' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_MQTT_URL: 'mqtt://broker', PREWATT_MQTT_PORT: '1883' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_TLS_CERT: 'a.pem' }, [], 'PREWATT_TLS_KEY'],
  [{ PREWATT_TLS_KEY: 'a.pem' }, [], 'PREWATT_TLS_CERT'],
  [{ PREWATT_TLS: 'yes' }, [], 'PREWATT_TLS'],
  [{ PREWATT_TLS: 'self', PREWATT_TLS_CERT: 'a', PREWATT_TLS_KEY: 'b' }, [], 'PREWATT_TLS'],
  [{ PREWATT_HTTP_PORT: '80' }, [], 'PREWATT_HTTP_PORT'],
  [{ PREWATT_TRUST_PROXY: 'nginx' }, [], 'PREWATT_TRUST_PROXY'],
  [{ PREWATT_TRUST_PROXY: '10.0.0.0/33' }, [], 'PREWATT_TRUST_PROXY'],
  [{ PREWATT_REQUESTS_PER_MINUTE: '-1' }, [], 'PREWATT_REQUESTS_PER_MINUTE'],
  [{ PREWATT_WEBHOOK_ALLOW: '10.0.0.300' }, [], 'PREWATT_WEBHOOK_ALLOW'],
  [{}, ['--sim-load', 'x'], '--sim-load'],
  [{}, ['--sim-meters', '5001'], '--sim-meters'],
  [{}, ['--nonsense'], '--nonsense'],
])('%o %o stops the start and names %s', (env, args, name) => {
  const result = parseConfig(env, args)
  expect(result.ok ? [] : result.problems.map((p) => p.name)).toEqual([name])
})

test.each([[['--sim-load=50']], [['--sim-load', '50']]])('%o sets the load', (args) => {
  const result = parseConfig({}, args)
  expect(result.ok && result.config.simLoad).toBe(50)
})

test('--sim-meters sets the size of the simulated complex', () => {
  const result = parseConfig({}, ['--sim-load', '2', '--sim-meters', '1000'])
  expect(result.ok && result.config).toMatchObject({ simLoad: 2, simMeters: 1_000 })
})

test.each([
  [{}, { port: 1883, atOnce: false }],
  [{ PREWATT_MQTT_PORT: '2883' }, { port: 2883, atOnce: true }],
  [{ PREWATT_MQTT_URL: 'mqtt://broker' }, { url: 'mqtt://broker', user: null, password: null }],
  [
    { PREWATT_MQTT_URL: 'mqtts://me:a%40b@broker:8883' },
    { url: 'mqtts://broker:8883', user: 'me', password: Buffer.from('a@b') },
  ],
])('%o sets how MQTT is spoken', (env, mqtt) => {
  const result = parseConfig(env, [])
  expect(result.ok && result.config.mqtt).toEqual(mqtt)
})

test('the edge is plain HTTP behind a proxy on this machine, unless said otherwise', () => {
  const bare = parseConfig({}, [])
  expect(bare.ok && bare.config.edge).toEqual({
    ...{ tls: null, redirectPort: null, trustProxy: ['loopback'], requestsPerMinute: 3_000 },
    webhookAllow: [],
  })
  const said = parseConfig(
    {
      ...{ PREWATT_TLS: 'self', PREWATT_HTTP_PORT: '8081', PREWATT_TRUST_PROXY: 'none' },
      ...{ PREWATT_REQUESTS_PER_MINUTE: '0', PREWATT_WEBHOOK_ALLOW: '127.0.0.1, fd00::/8' },
    },
    [],
  )
  expect(said.ok && said.config.edge).toEqual({
    ...{ tls: { kind: 'self' }, redirectPort: 8_081, trustProxy: [], requestsPerMinute: 0 },
    webhookAllow: [
      { address: '127.0.0.1', family: 4, bits: 32 },
      { address: 'fd00::', family: 6, bits: 8 },
    ],
  })
})
