import { expect, test } from 'vitest'
import { createEventStream, frameOf } from './stream.ts'

test('an event is its id, its name and one line of data', () => {
  expect(frameOf({ name: 'meters', data: [{ name: 'a\nb' }], id: 7 })).toBe(
    'id: 7\nevent: meters\ndata: [{"name":"a\\nb"}]\n\n',
  )
  expect(frameOf({ name: 'beat', data: {} })).toBe('event: beat\ndata: {}\n\n')
})

test('a stream tells once that it is closed, also to who asks late', () => {
  const stream = createEventStream(2_000)
  let told = 0
  stream.onClose(() => told++)
  stream.close()
  stream.close()
  stream.onClose(() => told++)
  expect(told).toBe(2)
  expect(stream.closed).toBe(true)
})

test('a reader that takes nothing is let go before it fills the memory', () => {
  const stream = createEventStream(2_000)
  const megabyte = 'x'.repeat(1024 * 1024)
  for (let i = 0; i < 20 && !stream.closed; i++) stream.send({ name: 'meters', data: megabyte })
  expect(stream.closed).toBe(true)
})
