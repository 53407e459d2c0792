import { expect, test } from 'vitest'
import { canonical } from './chain.ts'

test.each<[string, unknown, string]>([
  [
    'fields go by their names, deep down too',
    { b: { d: 1, c: 2 }, a: [3] },
    '{"a":[3],"b":{"c":2,"d":1}}',
  ],
  ['what is not there is left out', { a: undefined, b: null }, '{"b":null}'],
  ['in a list it keeps its place', [undefined, 1], '[null,1]'],
  ['text is as JSON writes it', { '店"': '电\n' }, '{"店\\"":"电\\n"}'],
  ['there is one zero, and no number beyond', [-0, Number.NaN], '[0,null]'],
  [
    'what writes itself is written so',
    { at: { toJSON: () => ({ b: 1, a: 2 }) } },
    '{"at":{"a":2,"b":1}}',
  ],
  ['text alone', 'x', '"x"'],
  ['nothing alone', null, 'null'],
])('%s', (_, value, text) => {
  expect(canonical(value)).toBe(text)
})

test('the text is the same for what the database gives back of it', () => {
  const value = { z: [1, { y: true, x: undefined }], a: '分', n: { '10': 1, '9': 2 } }
  expect(canonical(JSON.parse(JSON.stringify(value)))).toBe(canonical(value))
})

test('what is no JSON has no text', () => {
  for (const value of [undefined, () => 1, 1n]) expect(() => canonical(value)).toThrow(TypeError)
})
