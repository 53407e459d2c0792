import { describe, expect, test } from 'vitest'
import { listFolder } from '../adapters/list-folder.ts'
import { loadCatalog } from '../shared/catalog.ts'
import { isMeterModel, type MeterSample, MODELS_FOLDER } from './meter-model.ts'
import { readEnergy, readMoney, readPowerW } from './protocol/dlt645/commands/read.ts'
import { readStatusWord3 } from './protocol/dlt645/commands/status.ts'
import { isDataId } from './protocol/dlt645/data-ids.ts'
import { decodeFrame, type Frame } from './protocol/dlt645/frame.ts'
import { dlt645Reader } from './protocol/dlt645/stream.ts'
import type { Request } from './protocol/request.ts'

const models = [...(await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)).values()]

const frameOf = (reply: string): { raw: Buffer; frame: Frame } => {
  const pieces = dlt645Reader().push(Buffer.from(reply.replaceAll(' ', ''), 'hex'))
  const raw = pieces.flatMap((piece) => (piece.kind === 'frame' ? [piece.raw] : []))[0]
  const frame = raw === undefined ? null : decodeFrame(raw)
  if (raw === undefined || frame === null) throw new Error(`no whole frame: ${reply}`)
  return { raw, frame }
}

const requestOf = (sample: MeterSample, { address, data }: Frame): Request<number> => {
  const id = Buffer.from(data.subarray(0, 4)).reverse().toString('hex').toUpperCase()
  switch (sample.reads) {
    case 'energyWh':
      return readEnergy(address, id)
    case 'remainingFen':
    case 'overdraftFen':
      return readMoney(address, id)
    case 'powerW':
      return readPowerW(address)
    case 'statusWord': {
      const request = readStatusWord3(address)
      return {
        ...request,
        parse: (raw) => {
          const parsed = request.parse(raw)
          if (parsed.kind !== 'reply' || !parsed.result.ok) return { kind: 'not-ours' }
          return { kind: 'reply', result: { ok: true, value: parsed.result.value.word } }
        },
      }
    }
  }
}

test('the catalogue holds the prepaid meters of the demonstration', () => {
  expect(models.map(({ id }) => id)).toEqual(['dlt645-prepaid-1p', 'dlt645-prepaid-3p'])
})

describe.each(models)('$id', (model) => {
  test('decodes its captured frames', () => {
    for (const sample of model.samples) {
      const { raw, frame } = frameOf(sample.reply)
      expect(requestOf(sample, frame).parse(raw), sample.origin).toEqual({
        kind: 'reply',
        result: { ok: true, value: sample.means },
      })
    }
  })

  test('reads items that the tables know, and says where its facts come from', () => {
    const { energy, tariffs, reverse, overdraft } = model.reads
    const ids = [energy, tariffs, reverse, overdraft].filter((id) => id !== null)
    expect(ids.every(isDataId)).toBe(true)
    expect(model.source).not.toBe('')
    expect(model.name.zh).not.toBe('')
  })

  test('a money-prepaid model says how its wallet is fenced', () => {
    const { prepaid, replayGuard, countModulus, moneyStepFen } = model.capabilities
    expect(prepaid && replayGuard === 'none').toBe(false)
    expect(countModulus).toBeGreaterThanOrEqual(10_000)
    expect(moneyStepFen).toBeGreaterThanOrEqual(1)
  })
})
