import { describe, expect, test } from 'vitest'
import { linkOf, typedLink } from './link-form.ts'

describe('a link goes through its form unharmed', () => {
  test.each([
    [{ kind: 'tcp-client', host: '10.0.0.8', port: 4001 }, [1]],
    [
      {
        kind: 'tcp-listen',
        port: 5000,
        registration: 'REG-1',
        heartbeatSeconds: 30,
        registrationOnEveryPacket: true,
        buses: { '2': { registration: 'REG-2' } },
      },
      [1, 2],
    ],
    [{ kind: 'serial', path: '/dev/ttyS0', buses: { '2': { path: '/dev/ttyS1' } } }, [1, 2]],
    [{ kind: 'mqtt', gatewayNo: 'G1', dialect: 'acrel-domestic' }, [1]],
  ] as const)('%o', (stored, buses) =>
    expect(linkOf(stored.kind, typedLink(stored.kind, stored, buses), stored, buses)).toEqual(
      stored,
    ),
  )
})

describe('what is sent', () => {
  test('leaves out what was left empty, and a secret that is not entered again', () => {
    const stored = { kind: 'acrel-awt100', port: 5001, gatewayNo: 'A', secretSet: true }
    const typed = typedLink('acrel-awt100', stored, [1])
    expect(linkOf('acrel-awt100', typed, stored, [1])).toEqual({
      kind: 'acrel-awt100',
      port: 5001,
      gatewayNo: 'A',
    })
  })
  test('is text where a number was asked for and none was typed, for the server to refuse', () =>
    expect(linkOf('tcp-client', { host: 'h', port: '40x' }, {}, [1])).toMatchObject({
      port: '40x',
    }))
  test('keeps what the form does not know of a bus, but not of another kind', () => {
    const stored = { kind: 'tcp-client', host: 'h', port: 1, buses: { '2': { port: 9 } } }
    expect(linkOf('tcp-client', { host: 'h', port: '1' }, stored, [1, 2])).toEqual(stored)
    expect(linkOf('serial', { path: '/dev/a' }, stored, [1, 2])).not.toHaveProperty('buses')
  })
})
