import { expect, test } from 'vitest'
import { LINK_KINDS, readLinkSettings } from './link-settings.ts'

const sealedBytes = Buffer.alloc(45, 7)
const secretSealed = sealedBytes.toString('base64')

const TCP = { kind: 'tcp-client', host: '10.0.0.5', port: 5_001 }
const LISTEN = { kind: 'tcp-listen', port: 5_100, registration: 'BOX-0001' }
const SERIAL = { kind: 'serial', path: '/dev/ttyUSB0' }
const METER_4G = { kind: 'acrel-4g', port: 5_200, serial: '12307210720085' }
const AWT100 = { kind: 'acrel-awt100', port: 5_300, gatewayNo: '11000001', secretSealed }
const MQTT = { kind: 'mqtt', gatewayNo: 'GW01', dialect: 'acrel-domestic' }

const caller = { onEveryPacket: false, heartbeat: null, heartbeatMs: 60_000 }
const line = { baud: 2_400, parity: 'even', dataBits: 8, stopBits: 1 }

type Good = [string, object, number, object, object]

test.each<Good>([
  ['a serial server', TCP, 1, {}, { ...TCP }],
  ['its third port counts up', TCP, 3, {}, { ...TCP, port: 5_003 }],
  [
    'a bus elsewhere',
    { ...TCP, buses: { 2: { host: 'b.local', port: 9 } } },
    2,
    {},
    { kind: 'tcp-client', host: 'b.local', port: 9 },
  ],
  [
    'a box that dials',
    LISTEN,
    1,
    {},
    { kind: 'tcp-listen', port: 5_100, registration: Buffer.from('BOX-0001'), ...caller },
  ],
  [
    'a registration in hexadecimal, heartbeats, registration on every packet',
    {
      ...LISTEN,
      registration: 'hex:0A 0b0C0D',
      registrationOnEveryPacket: true,
      heartbeat: 'www.usr.cn',
      heartbeatSeconds: 30,
    },
    1,
    {},
    {
      kind: 'tcp-listen',
      port: 5_100,
      registration: Buffer.of(10, 11, 12, 13),
      onEveryPacket: true,
      heartbeat: Buffer.from('www.usr.cn'),
      heartbeatMs: 30_000,
    },
  ],
  [
    'a second port of such a box has a registration of its own and the heartbeat of all',
    { ...LISTEN, heartbeat: 'PING', buses: { 2: { registration: 'BOX-0001-2' } } },
    2,
    {},
    {
      kind: 'tcp-listen',
      port: 5_100,
      registration: Buffer.from('BOX-0001-2'),
      ...caller,
      heartbeat: Buffer.from('PING'),
    },
  ],
  ['a port of this machine', SERIAL, 1, {}, { ...SERIAL, ...line }],
  [
    'the bus says speed and parity',
    { kind: 'serial', path: 'COM3' },
    1,
    { baud: 9_600, parity: 'none', dataBits: 7, stopBits: 2 },
    { kind: 'serial', path: 'COM3', baud: 9_600, parity: 'none', dataBits: 7, stopBits: 2 },
  ],
  [
    'Modbus has no parity unless it is said',
    SERIAL,
    1,
    { protocol: 'modbus', baud: 9_600 },
    { ...SERIAL, ...line, baud: 9_600, parity: 'none' },
  ],
  [
    'a second adapter',
    { ...SERIAL, buses: { 2: { path: '/dev/serial/by-id/usb-FTDI_1:1.0' } } },
    2,
    {},
    { ...SERIAL, ...line, path: '/dev/serial/by-id/usb-FTDI_1:1.0' },
  ],
  ['a 4G meter', METER_4G, 1, {}, METER_4G],
  [
    'a data gateway',
    AWT100,
    2,
    {},
    {
      kind: 'acrel-awt100',
      port: 5_300,
      gatewayNo: '11000001',
      secretSealed: sealedBytes,
      busOrdinal: 2,
    },
  ],
  [
    'MQTT on our broker',
    MQTT,
    1,
    {},
    { ...MQTT, busOrdinal: 1, broker: null, passwordSealed: null },
  ],
  [
    'MQTT on our broker with the gateway’s password',
    { ...MQTT, passwordSealed: secretSealed },
    1,
    {},
    { ...MQTT, busOrdinal: 1, broker: null, passwordSealed: sealedBytes },
  ],
  [
    'MQTT on the user’s broker',
    {
      kind: 'mqtt',
      gatewayNo: 'GW01',
      brokerUrl: 'mqtts://broker.example:8883',
      brokerUser: 'prewatt',
      brokerPasswordSealed: secretSealed,
    },
    4,
    {},
    {
      kind: 'mqtt',
      gatewayNo: 'GW01',
      dialect: 'prewatt',
      busOrdinal: 4,
      broker: {
        url: 'mqtts://broker.example:8883',
        user: 'prewatt',
        passwordSealed: sealedBytes,
      },
      passwordSealed: null,
    },
  ],
])('%s', (_, stored, ordinal, bus, settings) => {
  expect(readLinkSettings(stored, ordinal, bus)).toEqual({ ok: true, settings })
})

type Bad = [field: string, stored: unknown, ordinal?: number, bus?: object]

test.each<Bad>([
  ['kind', null],
  ['kind', []],
  ['kind', { kind: 'carrier-pigeon' }],
  ['host', { ...TCP, host: '' }],
  ['host', { ...TCP, host: 'two words' }],
  ['port', { ...TCP, port: 0 }],
  ['port', { ...TCP, port: '5001' }],
  ['port', { ...TCP, port: 65_536 }],
  ['port', { ...TCP, port: 65_535 }, 2],
  ['buses.2.port', { ...TCP, buses: { 2: { port: 1.5 } } }, 2],
  ['port', { kind: 'tcp-listen', registration: 'BOX1' }],
  ['registration', { ...LISTEN, registration: undefined }],
  ['registration', { ...LISTEN, registration: 'B' }],
  ['registration', { ...LISTEN, registration: 'hex:0' }],
  ['registration', { ...LISTEN, registration: 'hex:xy' }],
  ['registration', { ...LISTEN, registration: 'x'.repeat(129) }],
  ['registration', { ...LISTEN, registration: 'B1', registrationOnEveryPacket: true }],
  ['buses.2.registration', LISTEN, 2],
  ['buses.2.registration', { ...LISTEN, buses: { 2: { registration: 7 } } }, 2],
  ['registrationOnEveryPacket', { ...LISTEN, registrationOnEveryPacket: 'yes' }],
  ['heartbeat', { ...LISTEN, heartbeat: 'XT' }],
  ['heartbeat', { ...LISTEN, heartbeat: '' }],
  ['heartbeat', { ...LISTEN, heartbeat: 'hex:33333333' }],
  ['heartbeatSeconds', { ...LISTEN, heartbeat: 'PING', heartbeatSeconds: 0 }],
  ['heartbeatSeconds', { ...LISTEN, heartbeat: 'PING', heartbeatSeconds: 3_601 }],
  ['path', { kind: 'serial' }],
  ['path', { ...SERIAL, path: '/etc/passwd' }],
  ['path', { ...SERIAL, path: '/dev/../etc/passwd' }],
  ['buses.2.path', SERIAL, 2],
  ['bus.baud', SERIAL, 1, { baud: 10 }],
  ['bus.parity', SERIAL, 1, { parity: 'mark' }],
  ['bus.dataBits', SERIAL, 1, { dataBits: 9 }],
  ['bus.stopBits', SERIAL, 1, { stopBits: 1.5 }],
  ['serial', { ...METER_4G, serial: 'x'.repeat(21) }],
  ['buses.2.serial', METER_4G, 2],
  ['gatewayNo', { ...AWT100, gatewayNo: '' }],
  ['secret', { ...AWT100, secretSealed: undefined }],
  ['secret', { ...AWT100, secretSealed: 'plain-text-secret' }],
  ['gatewayNo', { ...MQTT, gatewayNo: 'a/b' }],
  ['gatewayNo', { ...MQTT, gatewayNo: '+' }],
  ['dialect', { ...MQTT, dialect: 'klingon' }],
  ['brokerUrl', { ...MQTT, brokerUrl: 'http://broker' }],
  ['brokerUrl', { ...MQTT, brokerUrl: 'broker:1883' }],
  ['brokerUrl', { ...MQTT, brokerUrl: 'mqtt://user:secret@broker' }],
  ['brokerPassword', { ...MQTT, brokerUrl: 'mqtt://broker', brokerPasswordSealed: 'x' }],
  ['brokerUser', { ...MQTT, brokerUrl: 'mqtt://broker', brokerUser: '' }],
])('%s is named when it is bad in %j (bus %s)', (field, stored, ordinal = 1, bus = {}) => {
  const read = readLinkSettings(stored, ordinal, bus)
  expect(read).toMatchObject({ ok: false, field })
  expect(read).toHaveProperty('zh', expect.stringMatching(/[一-鿿]/))
  expect(read).toHaveProperty('en', expect.stringMatching(/[a-z]/))
})

test.each(LINK_KINDS)('%s without any field is refused, not thrown at', (kind) => {
  expect(readLinkSettings({ kind }, 1, null)).toMatchObject({ ok: false })
})
