import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import submeter from '../metering/models/modbus-submeter.ts'
import { modelCheck } from './model-check.ts'

const folder = mkdtempSync(join(tmpdir(), 'prewatt-models-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['a good model in a file of its name', 'hall-meter', 'hall-meter.json', true, 'frames decode'],
  ['a name that is ours already', 'acrel-ddsy1352', 'acrel-ddsy1352.json', false, 'there already'],
  ['a file called otherwise', 'hall-meter', 'other.json', false, 'must be called hall-meter.json'],
])('%s is taken by the check as by the start', async (_, id, file, ok, says) => {
  const path = join(folder, file)
  writeFileSync(path, JSON.stringify({ ...submeter, id }))
  const checked = await modelCheck(path, 'en')
  expect(checked).toEqual({ ok, text: expect.stringContaining(says) })
})
