// The frames of a model 报文样例 decoded as the drivers decode them: what they say must be what the
// model says that they mean.

import { type Words, words } from '../../shared/words.ts'
import type { MeterModel, MeterSample, SampleMeaning } from './model-schema.ts'
import { dlt645Meaning } from './sample-check-dlt645.ts'
import { modbusMeaning } from './sample-check-modbus.ts'

/** Keys of what a sample claims. */
export type Claimed = readonly (keyof SampleMeaning)[]

/** What was decoded, or why it could not be. */
export type Decoded = SampleMeaning | Words

const isWords = (decoded: Decoded): decoded is Words => 'zh' in decoded

const isKey = (key: string, means: SampleMeaning): key is keyof SampleMeaning => key in means

const meaningOf = (
  model: MeterModel,
  sample: MeterSample,
  claimed: Claimed,
): Decoded | Promise<Decoded> => {
  const raw = Buffer.from(sample.reply.replaceAll(/\s/g, ''), 'hex')
  return model.protocol === 'modbus'
    ? modbusMeaning(model, sample, raw)
    : dlt645Meaning(model, raw, claimed)
}

/** What is wrong with the samples of a model, each with its place; empty when all decode. */
export const sampleProblems = async (model: MeterModel): Promise<Words[]> => {
  const found: Words[] = []
  for (const [i, sample] of model.samples.entries()) {
    const { means } = sample
    const claimed = Object.keys(means).filter((key) => isKey(key, means))
    const at = `samples.${i} (${sample.origin})`
    const decoded = await meaningOf(model, sample, claimed)
    if (isWords(decoded)) {
      found.push(words(`${at}：${decoded.zh}`, `${at}: ${decoded.en}`))
      continue
    }
    if (claimed.length === 0) found.push(words(`${at}：means 为空`, `${at}: it means nothing`))
    for (const key of claimed) {
      const is = JSON.stringify(decoded[key])
      const said = JSON.stringify(means[key])
      if (is !== said)
        found.push(
          words(
            `${at}：means.${key} 写为 ${said}，解码得 ${is ?? '无'}`,
            `${at}: means.${key} says ${said}, the frame says ${is ?? 'nothing'}`,
          ),
        )
    }
  }
  return found
}
