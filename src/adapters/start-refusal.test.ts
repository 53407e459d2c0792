// The words of a refused start.

import { expect, test } from 'vitest'
import { START_REFUSALS, StartRefusal, startNotice } from './start-refusal.ts'

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

test.each(Object.entries(START_REFUSALS))('%s tells the same facts in both languages', (_, row) => {
  expect(placeholders(row.zh).sort()).toEqual(placeholders(row.en).sort())
  expect(row.zh).toMatch(/\p{Script=Han}/u)
  expect(row.en).not.toMatch(/\p{Script=Han}/u)
})

test('facts are filled in, and all reasons are told at once', () => {
  const notice = startNotice('data_folder_in_use', { folder: '/data', pid: 7 })
  expect(notice.en).toBe('The data folder /data is in use by another Prewatt (process 7)')
  expect(new StartRefusal([notice, startNotice('fsync_off')]).message.split('\n')).toHaveLength(2)
})
