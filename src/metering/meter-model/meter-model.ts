// What a meter model 表型 says of itself: data only, checked by one schema. Decoders and quirks come
// from closed lists, and every model carries captured or worked frames, which are its test.

import type { Words } from '../../shared/words.ts'
import type { MeterModel, MeterModels, MeterProtocol } from './model-schema.ts'

export type { MeterModel, MeterProtocol } from './model-schema.ts'

/** Ways in which a maker departs from the usual, each with the driver's answer to it. */
export const METER_QUIRKS = {
  'record-count-binary': {
    zh: '购电记录中的次数为二进制',
    en: 'the count in purchase records is binary, not BCD',
  },
  'clock-in-two-reads': {
    zh: '日期与时间须分两次抄读和设置',
    en: 'date and time of day are two items, 0400010C is missing',
  },
  'relay-reserved-01': {
    zh: '控制命令保留字节为01H',
    en: 'the reserved byte of a relay order is 01',
  },
  'no-opened-bit': {
    zh: '状态字3无开户标志',
    en: 'status word 3 does not say whether an account is opened',
  },
  'no-keep-power-bit': {
    zh: '状态字3无保电标志',
    en: 'status word 3 does not show keep-power',
  },
  'one-byte-error': {
    zh: '费控错误信息字仅一个字节',
    en: 'the error word of fee control has one byte instead of two',
  },
  'swapped-words': {
    zh: '32 位数据低字在前',
    en: '32-bit values come low word first',
  },
} as const satisfies Record<MeterModel['quirks'][number], Words>

export type MeterQuirk = keyof typeof METER_QUIRKS

export const CONFIDENCE_WORDS = {
  verified: { zh: '已验证', en: 'verified' },
  documented: { zh: '有公开资料', en: 'documented' },
  unverified: { zh: '未验证', en: 'unverified' },
} as const satisfies Record<MeterModel['source']['confidence'], Words>

/** One model file; the protocol decides what else it must say. */
export const defineMeterModel = <P extends MeterProtocol>(
  model: MeterModels[P] & { readonly protocol: P },
): MeterModels[P] => model

/** Where our models live. */
export const MODELS_FOLDER = new URL('../models/', import.meta.url)
