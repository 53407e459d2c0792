// What a program said, as it is quoted under the name of what failed: not all of it, and plain.

import { stripVTControlCharacters } from 'node:util'

const LINES = 40

const plainLines = (text: string): string[] =>
  stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')

/** A reason stands at the beginning of a message. */
export const firstLines = (text: string): string[] => plainLines(text).slice(0, LINES)

/** What a program died of stands at the end of what it said. */
export const lastLines = (text: string): string[] => plainLines(text).slice(-LINES)

/** Indented below a line of ours; nothing where there is nothing to quote. */
export const quoted = (lines: readonly string[]): string =>
  lines.map((line) => `\n    ${line}`).join('')
