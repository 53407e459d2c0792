import { describe, expect, test } from 'vitest'
import submeter from '../models/modbus-submeter.ts'
import type { MeterModel } from './model-schema.ts'
import { readUserModel, withUserModels } from './user-models.ts'

const mine = { ...submeter, id: 'my-meter' }
const ours = new Map<string, MeterModel>([[submeter.id, submeter]])

const loaded = (files: Record<string, string>) =>
  withUserModels(ours, '/data', {
    list: async () => Object.keys(files),
    files: {
      read: async (path) => {
        const content = files[path.replace('/data/models/', '')]
        return content === undefined ? null : Buffer.from(content)
      },
    },
  })

test('a model of the user is there beside ours', async () => {
  const { models, userModels, modelFaults } = await loaded({
    'my-meter.json': JSON.stringify(mine),
  })
  expect(modelFaults).toEqual([])
  expect([...userModels]).toEqual(['my-meter'])
  expect([...models.keys()]).toEqual([submeter.id, 'my-meter'])
})

test('registers may be written as the manual writes them', async () => {
  const text = JSON.stringify(mine).replace('"register":72', '"register":"0x0048"')
  expect(text).toContain('0x0048')
  expect(await readUserModel(Buffer.from(`\uFEFF${text}`))).toEqual({ ok: true, model: mine })
})

describe('a bad file is left out, named with its field, and the others are loaded', () => {
  const [first, ...others] = mine.samples
  test.each<[string, string, string, string]>([
    ['no JSON', 'bad.json', '{', 'no valid JSON'],
    ['a missing field', 'bad.json', JSON.stringify({ ...mine, id: 'bad', vendor: '' }), 'vendor'],
    ['another name than its id', 'bad.json', JSON.stringify({ ...mine, id: 'good' }), 'good.json'],
    ['the id of one of ours', 'modbus-submeter.json', JSON.stringify(submeter), 'is there already'],
    ['too long', 'bad.json', ' '.repeat(256 * 1024 + 1), '256 KB'],
    [
      'a frame that says something else',
      'bad.json',
      JSON.stringify({
        ...mine,
        id: 'bad',
        samples: [{ ...first, means: { voltagesDv: [2_303] } }, ...others],
      }),
      'means.voltagesDv says [2303], the frame says [2302]',
    ],
  ])('%s', async (_, name, content, says) => {
    const { models, modelFaults } = await loaded({
      [name]: content,
      'my-meter.json': JSON.stringify(mine),
    })
    expect([...models.keys()]).toEqual([submeter.id, 'my-meter'])
    expect(models.get(submeter.id)).toBe(submeter)
    expect(modelFaults).toMatchObject([{ file: `models/${name}` }])
    expect(modelFaults[0]?.problems.map(({ en }) => en).join()).toContain(says)
    expect(modelFaults[0]?.problems.every(({ zh }) => zh !== '')).toBe(true)
  })
})

test('other files of the folder are no models', async () => {
  const { models, modelFaults } = await loaded({ 'notes.txt': 'x', '.hidden.json': 'x' })
  expect(models.size).toBe(1)
  expect(modelFaults).toEqual([])
})
