// A model as a file: JSON for the data folder, TypeScript for ours. Registers are written as
// manuals write them.

import type { Skeleton } from './model-skeletons.ts'

const HEX_FIELDS = ['register', 'start', 'passwordClass']
const LINE_MAX = 96

const hex = (n: number, digits: number): string => `0x${n.toString(16).padStart(digits, '0')}`

const registersInHex = (key: string, value: unknown): unknown =>
  (key === 'register' || key === 'start') && typeof value === 'number' ? hex(value, 4) : value

/** Registers as text, which the centre reads as numbers. */
export const asJson = (model: Skeleton): string => `${JSON.stringify(model, registersInHex, 2)}\n`

const isPlainKey = (key: string): boolean => /^[A-Za-z_]\w*$/.test(key)

const numberText = (key: string, n: number): string => {
  if (HEX_FIELDS.includes(key)) return hex(n, key === 'passwordClass' ? 2 : 4)
  return n >= 10_000 ? n.toLocaleString('en-US').replaceAll(',', '_') : String(n)
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const print = (key: string, value: unknown, indent: string, taken: number): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(key, value)
  if (typeof value !== 'object' || value === null) return String(value)
  const isList = Array.isArray(value)
  const open = isList ? '[' : '{'
  const close = isList ? ']' : '}'
  const deeper = `${indent}  `
  const parts = Object.entries(value).map(([name, part]) => {
    const label = isList ? '' : `${isPlainKey(name) ? name : quoted(name)}: `
    return label + print(isList ? key : name, part, deeper, label.length)
  })
  if (parts.length === 0) return open + close
  const space = isList ? '' : ' '
  const oneLine = `${open}${space}${parts.join(', ')}${space}${close}`
  const fits = !oneLine.includes('\n') && indent.length + taken + oneLine.length <= LINE_MAX
  if (fits && indent !== '') return oneLine
  return [open, ...parts.map((part) => `${deeper}${part},`), `${indent}${close}`].join('\n')
}

export const asTypeScript = (
  model: Skeleton,
): string => `// ${model.name.zh}: say what is special about this meter.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel(${print('', model, '', 0)})
`
