import { describe, expect, test } from 'vitest'
import { scanItems } from './job-view.ts'
import type { RegisteredDevice } from './line-job-store.ts'

const device = (deviceId: number, address: string): RegisteredDevice => ({
  ...{ deviceId, address, model: 'dlt645-prepaid-1p' },
  meters: [{ meterId: deviceId, meterNo: address, place: 'A-101', placeEn: '' }],
})
const found = (address: string) => ({ protocol: 'dlt645' as const, address, identity: null })
const result = (over: object) => ({
  ...{ exchanges: 0, sentBytes: 0, heardBytes: 0, lineMs: 0, progress: 1, probes: 0 },
  ...{ found: [], unconfirmed: [], doubled: [], ...over },
})
const asked = { protocols: ['dlt645'], thorough: true }
const [HERE, NEW, GONE] = ['202611220001', '202611220002', '202611220003']
const devices = [device(1, HERE), device(3, GONE), device(4, '7')]
const shown = (state: 'running' | 'done', over: object) =>
  scanItems({ state, asked, result: result(over) }, devices).map((item) => [
    item.state,
    item.address,
    item.deviceId,
  ])

describe('what a search found, beside the registers', () => {
  test('is known, new, or missing; what another protocol asks for was not looked for', () => {
    expect(shown('done', { found: [found(HERE), found(NEW)], unconfirmed: [GONE] })).toEqual([
      ['known', HERE, 1],
      ['new', NEW, null],
      ['missing', GONE, 3],
    ])
  })
  test('is missing while it goes on only if it was asked by its name', () => {
    expect(shown('running', { found: [found(HERE)] })).toEqual([['known', HERE, 1]])
    expect(shown('running', { unconfirmed: [HERE] })).toEqual([['missing', HERE, 1]])
  })
  test('was heard once, or is there twice', () => {
    expect(shown('running', { unconfirmed: [NEW], doubled: [GONE] })).toEqual([
      ['unconfirmed', NEW, null],
      ['doubled', GONE, 3],
    ])
  })
})
