import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'

type Fields = { name: string; ordinal: number; channels: number[]; parent: number | null }
const BEFORE: Fields = { name: '东楼', ordinal: 1, channels: [1], parent: null }

test('only what was changed is sent, with what was seen of it', () => {
  expect(changesOf(BEFORE, { ...BEFORE, ordinal: 2, parent: 7 })).toEqual({
    ordinal: 2,
    parent: 7,
    seen: { ordinal: 1, parent: null },
  })
  expect(changesOf(BEFORE, { ...BEFORE, channels: [1, 2] })).toEqual({
    channels: [1, 2],
    seen: { channels: [1] },
  })
})

test('what was typed back as it was is no change', () => {
  expect(changesOf(BEFORE, { ...BEFORE, channels: [1] })).toBeNull()
})
