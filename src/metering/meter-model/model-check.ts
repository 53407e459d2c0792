// Checking a meter model 表型校验: the schema first, then what a schema cannot say. Every problem names
// the field by its path, in both languages.

import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { type Words, words } from '../../shared/words.ts'
import { modbusProblems } from './model-check-modbus.ts'
import {
  Dlt645OldSchema,
  Dlt645Schema,
  type MeterModel,
  type MeterProtocol,
  ModbusSchema,
} from './model-schema.ts'

/** `field`: where in the file, such as `items.energy.register`. */
export type ModelProblem = Words & { readonly field: string }
export type ModelCheck =
  | { readonly ok: true; readonly model: MeterModel }
  | { readonly ok: false; readonly problems: readonly ModelProblem[] }

export const problemAt = (field: string, zh: string, en: string): ModelProblem => ({
  field,
  ...words(`${field}：${zh}`, `${field}: ${en}`),
})

const COMPILED = {
  'dlt645-2007': Compile(Dlt645Schema),
  'dlt645-1997': Compile(Dlt645OldSchema),
  modbus: Compile(ModbusSchema),
} as const

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isProtocol = (value: unknown): value is MeterProtocol =>
  typeof value === 'string' && Object.hasOwn(COMPILED, value)

const pathOf = (pointer: string, key = ''): string =>
  [...pointer.split('/'), key].filter(Boolean).join('.')

/** A union says once more what its branches said, and a nullable thing that it is not null. */
const speaks = (error: TLocalizedValidationError): boolean =>
  error.keyword !== 'anyOf' && error.keyword !== 'boolean' && !isNullBranch(error)

const isNullBranch = (error: TLocalizedValidationError): boolean =>
  error.keyword === 'type' && error.schemaPath.endsWith('/anyOf/1')

const inWords = (error: TLocalizedValidationError): ModelProblem[] => {
  const at = pathOf(error.instancePath) || 'model'
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((key) =>
        problemAt(pathOf(error.instancePath, key), '缺少', 'is missing'),
      )
    case 'additionalProperties':
      return error.params.additionalProperties.map((key) =>
        problemAt(pathOf(error.instancePath, key), '未知字段', 'is no field of a model'),
      )
    case 'enum': {
      const allowed = error.params.allowedValues.map(String).join(', ')
      return [problemAt(at, `须为以下之一：${allowed}`, `must be one of: ${allowed}`)]
    }
    case 'pattern': {
      const pattern = String(error.params.pattern)
      return [problemAt(at, `格式不符 ${pattern}`, `does not match ${pattern}`)]
    }
    case 'type':
      return [
        problemAt(
          at,
          `类型须为 ${String(error.params.type)}`,
          `must be ${String(error.params.type)}`,
        ),
      ]
    default:
      return [problemAt(at, `不合要求（${error.message}）`, error.message)]
  }
}

const plainProblems = (model: MeterModel): ModelProblem[] => {
  const { prepaid, replayGuard, relay, freezes, covers } = model.capabilities
  const found: ModelProblem[] = []
  if (prepaid && replayGuard === 'none')
    found.push(
      problemAt(
        'capabilities.replayGuard',
        '预付费表必须能拒绝重复充值',
        'a money-prepaid meter must refuse a repeated credit',
      ),
    )
  const wallet = model.protocol === 'dlt645-2007' && model.reads.wallet !== null
  if (prepaid !== wallet)
    found.push(
      problemAt(
        'capabilities.prepaid',
        '与 reads.wallet 不一致（仅 DL/T 645-2007 可为预付费）',
        'does not agree with reads.wallet (only DL/T 645-2007 can be prepaid)',
      ),
    )
  if (model.protocol === 'dlt645-2007') return found
  if (Object.values(freezes).some((count) => count > 0))
    found.push(problemAt('capabilities.freezes', '该规约不支持冻结', 'has none by this protocol'))
  if (covers)
    found.push(
      problemAt('capabilities.covers', '该规约不支持事件记录', 'has none by this protocol'),
    )
  if (model.protocol === 'dlt645-1997' && Object.values(relay).some(Boolean))
    found.push(problemAt('capabilities.relay', '该规约不支持控制', 'has none by this protocol'))
  return found
}

/** Errors are returned: whoever loads a model says which file it was. */
export const checkModel = (value: unknown): ModelCheck => {
  const protocol = isRecord(value) ? value.protocol : undefined
  if (!isProtocol(protocol)) {
    const known = Object.keys(COMPILED).join(', ')
    const problem = problemAt('protocol', `须为以下之一：${known}`, `must be one of: ${known}`)
    return { ok: false, problems: [problem] }
  }
  const compiled = COMPILED[protocol]
  if (!compiled.Check(value)) {
    return { ok: false, problems: compiled.Errors(value).filter(speaks).flatMap(inWords) }
  }
  const problems = [
    ...plainProblems(value),
    ...(value.protocol === 'modbus' ? modbusProblems(value) : []),
  ]
  return problems.length === 0 ? { ok: true, model: value } : { ok: false, problems }
}

export const isMeterModel = (value: unknown): value is MeterModel => checkModel(value).ok
