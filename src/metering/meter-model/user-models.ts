// Meter models that users bring 自备表型: JSON files in the data folder, checked like our own and by
// their own frames. A bad one is left out and said; it never stops the centre, and never takes the
// place of one of ours.

import { pathToFileURL } from 'node:url'
import type { Files } from '../../ports/files.ts'
import type { Catalog, ListFolder } from '../../shared/catalog.ts'
import { type Words, words } from '../../shared/words.ts'
import { checkModel, type ModelCheck, type ModelProblem } from './model-check.ts'
import type { MeterModel } from './model-schema.ts'
import { sampleProblems } from './sample-check.ts'

/** Why a file (named from the data folder on) is left out; each problem names its field. */
export type ModelFault = { readonly file: string; readonly problems: readonly Words[] }

export type UserModelFile =
  | { readonly ok: true; readonly model: MeterModel }
  | { readonly ok: false; readonly problems: readonly Words[] }

const BYTES_MAX = 256 * 1024
const HEX_NUMBER = /^0x[0-9a-fA-F]{1,4}$/

/** JSON has no hexadecimal numbers; manuals have no others. */
const withNumbers = (value: unknown): unknown => {
  if (typeof value === 'string') return HEX_NUMBER.test(value) ? Number(value) : value
  if (Array.isArray(value)) return value.map(withNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withNumbers(part)]))
}

const notJson = (why: string): ModelProblem => ({
  field: '',
  ...words(`不是有效的 JSON：${why}`, `no valid JSON: ${why}`),
})

const parse = (text: string): ModelCheck => {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return checkModel(withNumbers(parsed))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, problems: [notJson(why)] }
  }
}

/** Its form, then its frames. */
export const readUserModel = async (content: Buffer): Promise<UserModelFile> => {
  if (content.length > BYTES_MAX)
    return { ok: false, problems: [words('文件超过 256 KB', 'the file is larger than 256 KB')] }
  const checked = parse(content.toString('utf8'))
  if (!checked.ok) return checked
  const problems = await sampleProblems(checked.model)
  return problems.length === 0 ? checked : { ok: false, problems }
}

const FOLDER = 'models'

export const userModelsFolder = (dataDir: string): string => `${dataDir}/${FOLDER}`

const isModelFile = (name: string): boolean => name.endsWith('.json') && !name.startsWith('.')

/** What keeps a good model out all the same: its id is taken, or its file is called otherwise. */
export const placeProblems = (
  models: Catalog<MeterModel>,
  name: string,
  { id }: MeterModel,
): readonly Words[] => {
  if (models.has(id)) return [words(`id：${id} 已存在`, `id: ${id} is there already`)]
  if (name === `${id}.json`) return []
  return [words(`id：文件名须为 ${id}.json`, `id: the file must be called ${id}.json`)]
}

export type WithUserModels = {
  models: Catalog<MeterModel>
  /** Which of them are not ours. */
  userModels: ReadonlySet<string>
  modelFaults: readonly ModelFault[]
}

/** Our models and the users’; a folder that is not there holds none. */
export const withUserModels = async (
  ours: Catalog<MeterModel>,
  dataDir: string,
  deps: { list: ListFolder; files: Pick<Files, 'read'> },
): Promise<WithUserModels> => {
  const folder = userModelsFolder(dataDir)
  const models = new Map(ours)
  const userModels = new Set<string>()
  const modelFaults: ModelFault[] = []
  const names = await deps.list(pathToFileURL(`${folder}/`))
  for (const name of names.filter(isModelFile).sort()) {
    const content = await deps.files.read(`${folder}/${name}`)
    if (content === null) continue
    const read = await readUserModel(content)
    const problems = read.ok ? placeProblems(models, name, read.model) : read.problems
    if (!read.ok || problems.length > 0) {
      modelFaults.push({ file: `${FOLDER}/${name}`, problems })
      continue
    }
    models.set(read.model.id, read.model)
    userModels.add(read.model.id)
  }
  return { models, userModels, modelFaults }
}
