// Initials 拼音首字母: what somebody types who looks for a Chinese name with a Latin keyboard.

import { pinyin } from 'pinyin-pro'

/** In small letters; what is not Chinese stays as it is. */
export const initials = (name: string): string =>
  pinyin(name, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase()
