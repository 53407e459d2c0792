// Names of the files in a folder, for the catalogues.

import { readdir } from 'node:fs/promises'
import type { ListFolder } from '../shared/catalog.ts'

export const listFolder: ListFolder = (folder) => readdir(folder)
