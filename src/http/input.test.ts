import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../shared/refusal.ts'
import { answerCheck, closed, parser } from './input.ts'

const Meters = Type.Object({
  meterId: Type.Integer({ minimum: 1 }),
  name: Type.Optional(Type.String({ maxLength: 3 })),
  mode: Type.Optional(Type.Enum(['kept', 'tripped'])),
  readings: Type.Optional(
    Type.Array(Type.Object({ wh: Type.Union([Type.Integer(), Type.Null()]) }), { maxItems: 2 }),
  ),
})
const parse = parser(Meters, 'body')

const factsOf = (raw: unknown): unknown => {
  try {
    parse(raw)
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.facts
    throw error
  }
}

describe('a body is refused by its field and the rule it breaks', () => {
  test.each([
    ['a missing field', {}, 'meterId', 'required'],
    ['a wrong kind', { meterId: '1' }, 'meterId', 'type'],
    ['a number too small', { meterId: 0 }, 'meterId', 'minimum'],
    ['a part of a number', { meterId: 1.5 }, 'meterId', 'type'],
    ['a text too long', { meterId: 1, name: 'abcd' }, 'name', 'maxLength'],
    ['a word that is not in the list', { meterId: 1, mode: 'off' }, 'mode', 'enum'],
    ['an unknown key', { meterId: 1, price: 2 }, 'price', 'unknown'],
    [
      'an unknown key inside',
      { meterId: 1, readings: [{ wh: 1, x: 1 }] },
      'readings.0.x',
      'unknown',
    ],
    [
      'a value that fits no branch',
      { meterId: 1, readings: [{ wh: 'x' }] },
      'readings.0.wh',
      'anyOf',
    ],
    ['a NUL character', { meterId: 1, name: 'a\0' }, 'name', 'characters'],
    ['no object at all', [], '', 'type'],
    ['nothing', undefined, '', 'type'],
  ])('%s', (_promise, raw, field, rule) => {
    expect(factsOf(raw)).toMatchObject({ where: 'body', field, rule })
  })
  test('a limit is told with the rule', () => {
    expect(factsOf({ meterId: 0 })).toMatchObject({ limit: 1 })
    expect(factsOf({ meterId: 1, readings: [{ wh: 1 }, { wh: 1 }, { wh: 1 }] })).toMatchObject({
      field: 'readings',
      limit: 2,
    })
  })
  test('what fits is handed on as it came', () => {
    const body = { meterId: 7, mode: 'kept', readings: [{ wh: null }] }
    expect(parse(body)).toEqual(body)
  })
})

describe('the text of an address', () => {
  const query = parser(
    Type.Object({
      complexId: Type.Integer({ minimum: 1 }),
      limit: Type.Integer({ default: 100 }),
      dryRun: Type.Optional(Type.Boolean()),
    }),
    'query',
  )
  test('becomes numbers and truth values, with defaults filled in', () => {
    expect(query({ complexId: '3', dryRun: 'true' })).toEqual({
      complexId: 3,
      limit: 100,
      dryRun: true,
    })
  })
  test.each([
    ['an empty number', { complexId: '' }],
    ['a number with a fraction', { complexId: '1.5' }],
    ['a hexadecimal number', { complexId: '0x10' }],
    ['a number given twice', { complexId: ['1', '2'] }],
    ['an unknown parameter', { complexId: '1', admin: 'true' }],
    ['a truth value in other words', { complexId: '1', dryRun: 'yes' }],
  ])('%s is refused', (_promise, raw) => {
    expect(() => query(raw)).toThrow('invalid_input')
  })
})

describe('an answer', () => {
  const check = answerCheck(Type.Object({ name: Type.String(), at: Type.Optional(Type.String()) }))
  test('that fits is sent as it is', () => {
    expect(check({ name: 'A' })).toEqual({ sent: { name: 'A' }, wrong: null })
  })
  test('never carries a key that the contract does not name, and the excess is reported', () => {
    const { sent, wrong } = check({ name: 'A', passwordHash: '$argon2id$' })
    expect(sent).toEqual({ name: 'A' })
    expect(wrong).toContain('additional')
  })
})

test('closing a schema leaves the one it was made from as it was', () => {
  const before = JSON.stringify(Meters)
  closed(Meters)
  expect(JSON.stringify(Meters)).toBe(before)
})
