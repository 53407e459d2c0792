import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let admin: Client

beforeAll(async () => {
  rig = await startWebRig({ meters: 6 })
  await ensurePartitions((sql) => ownerQuery(rig.base.ownerUrl)(sql), rig.deps.clock.now())
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
})
afterAll(() => rig.stop())

test('a template can be filled in and sent back: a dry run reports it row by row', async () => {
  const { complexId } = rig.complex
  const template = await admin.send('GET', '/api/v1/imports/accounts/template?language=en')
  expect(template).toMatchObject({ status: 200, body: { fileName: 'accounts.xlsx' } })
  const { body } = template
  const base64 =
    typeof body === 'object' && body !== null && 'base64' in body ? String(body.base64) : ''
  const cells = must(await xlsxSheets.read(Buffer.from(base64, 'base64')), 'it is a workbook')
  expect(cells[0]).toContain('Tenant *')
  const sent = await admin.send('POST', '/api/v1/imports/accounts', {
    body: { complexId, sheet: { fileName: 'a.xlsx', base64 }, dryRun: true },
  })
  // The example in the template names a meter that nobody has.
  expect(sent).toMatchObject({
    status: 200,
    body: {
      ...{ dryRun: true, applied: false, rows: 1, bad: 1 },
      report: [{ row: 2, ok: false, problems: [{ field: 'meterNo', code: 'unknown' }, {}] }],
    },
  })
})

test('a file that is no workbook says so', async () => {
  const base64 = Buffer.from('no workbook at all').toString('base64')
  const { complexId } = rig.complex
  const sent = await admin.send('POST', '/api/v1/accounts/bulk-open', {
    body: { complexId, sheet: { fileName: 'a.xlsx', base64 }, dryRun: true },
  })
  expect(sent).toMatchObject({
    status: 200,
    body: { applied: false, problems: [{ code: 'notReadable' }] },
  })
})

test('a swap where nobody is supplied is done at once, and listed', async () => {
  const { complexId, meters } = rig.complex
  const listed = await admin.send('GET', `/api/v1/swaps?complexId=${complexId}`)
  expect(listed).toMatchObject({ status: 200, body: { items: [] } })
  const [old, fresh] = [must(meters[0], 'one').meterId, must(meters[1], 'two').meterId]
  const rows = await rig.base.db.as({ complexes: 'all', operator: null, from: 'test' }, (tx) =>
    tx.query<{ point: number }>(
      `with stock as (delete from installation where meter_id = $2)
       select point_id as point from installation where meter_id = $1`,
      [old, fresh],
    ),
  )
  const { point } = must(rows[0], 'it hangs somewhere')
  const asked = await admin.send('POST', `/api/v1/points/${point}/swap`, {
    body: {
      ...{ newMeterId: fresh, newInitialWh: 0, note: '公共照明换表' },
      oldMeter: { state: 'dead', finalWh: 5_000, photoNote: '照片' },
    },
  })
  expect(asked).toMatchObject({
    status: 200,
    body: { state: 'done', mode: null, accountId: null, oldMeterId: old, newMeterId: fresh },
  })
  const again = await admin.send('GET', `/api/v1/swaps?complexId=${complexId}&state=done`)
  expect(again).toMatchObject({ body: { items: [{ finalWh: 5_000 }] } })
})
