// Gzip behind the gzip port, on the threads that node keeps for such work.

import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Gzip } from '../ports/gzip.ts'

const gzipOf = promisify(gzip)

/** Tables of JSON repeat themselves: higher levels cost more time than they save on the line. */
export const systemGzip: Gzip = (text) => gzipOf(text, { level: constants.Z_BEST_SPEED })
