import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { simulatedBus } from '../../../test/simulated-bus.ts'
import { gatewayId, meterId } from '../../shared/ids.ts'
import model from '../models/dlt645-prepaid-1p.ts'
import { createDlt645Driver } from './dlt645-driver.ts'
import { reportingDriver } from './reporting-driver.ts'

const ADDRESS = '202611220001'

test('what a driver can do beyond the usual, one that reports can do too', () => {
  const clock = createManualClock()
  const { bus } = simulatedBus(clock, [{ address: ADDRESS }])
  const driver = createDlt645Driver(
    { bus, clock, rng: { below: () => 0, bytes: (n) => Buffer.alloc(n) }, keyOf: async () => null },
    { meterId: meterId(1), address: ADDRESS, meterNo: ADDRESS, model, zone: 'Asia/Shanghai' },
  )
  const reporting = reportingDriver(driver, { clock, report: () => {} }, gatewayId(1))
  const can = ({
    readRefund,
    readSettings,
    writeSettings,
    readEvents,
    priceTables,
  }: typeof driver) =>
    [readRefund, readSettings, writeSettings, readEvents, priceTables].map((one) => typeof one)
  expect(can(driver)).not.toContain('undefined')
  expect(can(reporting)).toEqual(can(driver))
})
