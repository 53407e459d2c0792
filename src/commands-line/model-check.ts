// `prewatt model check` 表型校验: says whether a model file would be taken, and if not, which field of
// it is wrong and which frame says something else.

import { basename } from 'node:path'
import { systemFiles } from '../adapters/files.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { CONFIDENCE_WORDS, MODELS_FOLDER } from '../metering/meter-model/meter-model.ts'
import { isMeterModel } from '../metering/meter-model/model-check.ts'
import type { MeterModel } from '../metering/meter-model/model-schema.ts'
import { placeProblems, readUserModel } from '../metering/meter-model/user-models.ts'
import { loadCatalog } from '../shared/catalog.ts'
import type { Language, Words } from '../shared/words.ts'

export type ModelChecked = { ok: boolean; text: string }

const summary = (model: MeterModel, lang: Language): string => {
  const { id, vendor, name, protocol, samples, source } = model
  const sure = CONFIDENCE_WORDS[source.confidence][lang]
  const good =
    lang === 'zh'
      ? `表型可用，${samples.length} 条报文解码正确`
      : `good: ${samples.length} frames decode`
  return `${good}\n${id}  ${vendor}  ${name[lang]}  ${protocol}  ${sure}`
}

const refused = (problems: readonly Words[], lang: Language): ModelChecked => ({
  ok: false,
  text: problems.map((problem) => problem[lang]).join('\n'),
})

/** Exit is good only where the centre would load the file. */
export const modelCheck = async (path: string, lang: Language): Promise<ModelChecked> => {
  const content = path === '' ? null : await systemFiles.read(path)
  if (content === null) {
    const text = lang === 'zh' ? `没有这个文件：${path}` : `no such file: ${path}`
    return { ok: false, text }
  }
  const read = await readUserModel(content)
  if (!read.ok) return refused(read.problems, lang)
  const ours = await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)
  const misplaced = placeProblems(ours, basename(path), read.model)
  if (misplaced.length > 0) return refused(misplaced, lang)
  return { ok: true, text: summary(read.model, lang) }
}
