// Names of the files in a folder, for the catalogues.

import { readdir } from 'node:fs/promises'
import type { ListFolder } from '../shared/catalog.ts'
import { orNullOn } from './error-code.ts'

export const listFolder: ListFolder = (folder) => readdir(folder)

/** A folder that is not there has no files. */
export const listFolderIfAny: ListFolder = async (folder) =>
  (await orNullOn(['ENOENT'], readdir(folder))) ?? []
