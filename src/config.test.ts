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
  [{ PREWATT_ADMIN_PASSWORD: 'short' }, [], 'PREWATT_ADMIN_PASSWORD'],
  [{ PREWATT_MQTT_PORT: '0' }, [], 'PREWATT_MQTT_PORT'],
  [{ PREWATT_MQTT_URL: 'http://broker' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_MQTT_URL: 'mqtt://broker/topic' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_MQTT_URL: 'mqtt://a:%@broker' }, [], 'PREWATT_MQTT_URL'],
  [{ PREWATT_MQTT_URL: 'mqtt://broker', PREWATT_MQTT_PORT: '1883' }, [], 'PREWATT_MQTT_URL'],
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
