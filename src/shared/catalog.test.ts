import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { listFolder } from '../adapters/list-folder.ts'
import { loadCatalog } from './catalog.ts'

type Thing = { id: string; size: number }
const isThing = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && 'id' in value && 'size' in value

const folderWith = async (files: Record<string, string>): Promise<URL> => {
  const folder = await mkdtemp(join(tmpdir(), 'prewatt-catalog-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return pathToFileURL(`${folder}/`)
}
const load = async (files: Record<string, string>) =>
  loadCatalog(listFolder, await folderWith(files), isThing)

test('every file of the folder is an entry under its name; tests are none', async () => {
  const catalog = await load({
    'b.mjs': 'export default { id: "b", size: 2 }',
    'a.mjs': 'export default { id: "a", size: 1 }',
    'a.test.mjs': 'throw new Error("a test is no entry")',
    'notes.md': '# none either',
  })
  expect([...catalog.keys()]).toEqual(['a', 'b'])
})

test.each([
  ['no default export', { 'a.mjs': 'export const a = 1' }, /a\.mjs: the default export/],
  ['no entry', { 'a.mjs': 'export default { id: "a" }' }, /a\.mjs: the default export/],
  ['an id unlike its file', { 'a.mjs': 'export default { id: "b", size: 1 }' }, /its id is b/],
  [
    'an id twice',
    {
      'a.mjs': 'export default { id: "a", size: 1 }',
      'a.js': 'export default { id: "a", size: 1 }',
    },
    /a is there twice/,
  ],
  ['an error while loading', { 'a.mjs': 'throw new Error("broken")' }, /broken/],
])('a folder with %s does not load', async (_, files, message) => {
  await expect(load(files)).rejects.toThrow(message)
})
