import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'

const BEFORE = { name: '东楼', ordinal: 1, channels: [1], parent: null as number | null }

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
