import { describe, expect, test } from 'vitest'
import { listFolder } from '../../adapters/list-folder.ts'
import { loadCatalog } from '../../shared/catalog.ts'
import { MODELS_FOLDER } from './meter-model.ts'
import { checkModel, isMeterModel } from './model-check.ts'
import { sampleProblems } from './sample-check.ts'

const models = [...(await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)).values()]

test('the catalogue holds models of at least four makers', () => {
  const ids = models.map(({ id }) => id)
  const known = [
    'acrel-adf300-12',
    'acrel-adf300-24',
    'acrel-adf300-36',
    'acrel-ddsy1352',
    'acrel-dtsd1352',
    'acrel-dtsy1352',
    'chint-ddsy666',
    'chint-dtsy666',
    'dlt645-1997-1p',
    'dlt645-commercial-1p',
    'dlt645-prepaid-1p',
    'dlt645-prepaid-3p',
    'holley-dds-1p',
    'modbus-submeter',
    'sfere-submeter',
  ]
  expect(ids).toEqual(expect.arrayContaining(known))
  const makers = new Set(models.map(({ vendor }) => vendor).filter((v) => !v.startsWith('DL/T')))
  expect(makers.size).toBeGreaterThanOrEqual(4)
})

describe.each(models)('$id', (model) => {
  test('its frames say what it says that they mean, through the real driver', async () => {
    expect(await sampleProblems(model)).toEqual([])
  })

  test('is whole, and says where its facts come from and how sure they are', () => {
    expect(checkModel(model)).toMatchObject({ ok: true })
    expect(model.samples.every(({ origin }) => /captured|built|worked|computed/.test(origin))).toBe(
      true,
    )
  })

  test('holds no money unless a repeated credit is refused', () => {
    const { prepaid, replayGuard } = model.capabilities
    expect(prepaid && replayGuard === 'none').toBe(false)
  })
})
