// Catalogues 目录: a folder of files, each the default export of one thing whose id is its file name.
// Loaded once at the start; a bad entry stops it, so that nothing is found missing at night.

import { assert } from './assert.ts'

/** Names of the files in a folder. */
export type ListFolder = (folder: URL) => Promise<readonly string[]>

export type Catalog<T> = ReadonlyMap<string, T>

const isEntry = (file: string): boolean => /\.[cm]?[jt]s$/.test(file) && !/\.test\./.test(file)

/**
 * Loads every file of `folder`. Throws with the file's name where the default export is missing,
 * is not what `is` says, or has another id than its file, or where two entries share one id.
 */
export const loadCatalog = async <T extends { readonly id: string }>(
  list: ListFolder,
  folder: URL,
  is: (value: unknown) => value is T,
): Promise<Catalog<T>> => {
  const entries = new Map<string, T>()
  for (const file of [...(await list(folder))].filter(isEntry).sort()) {
    const loaded: { default?: unknown } = await import(new URL(file, folder).href)
    const entry = loaded.default
    assert(is(entry), `${file}: the default export is no entry of this catalogue`)
    assert(file.startsWith(`${entry.id}.`), `${file}: its id is ${entry.id}, not its file name`)
    assert(!entries.has(entry.id), `${file}: ${entry.id} is there twice`)
    entries.set(entry.id, entry)
  }
  return entries
}
