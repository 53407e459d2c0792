import { expect, test } from 'vitest'
import type { Priority } from '../driver.ts'
import { createBusQueue, PRIORITIES } from './queue.ts'

type Job = { priority: Priority; name: string }

const queueOf = (...jobs: Job[]) => {
  const queue = createBusQueue<Job>()
  for (const job of jobs) queue.add(job)
  return queue
}
const drained = (queue: ReturnType<typeof queueOf>): string[] => {
  const names: string[] = []
  for (let job = queue.take(() => true); job; job = queue.take(() => true)) names.push(job.name)
  return names
}

test('a relay order overtakes a recharge, that a read on demand, and so on', () => {
  const jobs = PRIORITIES.map((priority) => ({ priority, name: priority })).reverse()
  expect(drained(queueOf(...jobs))).toEqual([...PRIORITIES])
})

test('among equals the oldest goes first', () => {
  const jobs = ['a', 'b', 'c'].map((name) => ({ priority: 'status' as const, name }))
  expect(drained(queueOf(...jobs))).toEqual(['a', 'b', 'c'])
})

test('a flood of urgent work leaves one turn in nine to what it passes over, oldest first', () => {
  const flood = Array.from({ length: 27 }, (_, i) => ({
    priority: 'relay' as const,
    name: `r${i}`,
  }))
  const queue = queueOf(
    { priority: 'energy', name: 'energy' },
    { priority: 'status', name: 'status' },
    ...flood,
  )
  const order = drained(queue)
  expect(order.indexOf('energy')).toBe(8)
  expect(order.indexOf('status')).toBe(17)
})

test('one order never waits for its turn because of the rounds before it', () => {
  const queue = createBusQueue<Job>()
  const add = (priority: Priority, count: number) => {
    for (let i = 0; i < count; i++) queue.add({ priority, name: priority })
  }
  add('energy', 40)
  add('status', 40)
  for (let round = 0; round < 40; round++) {
    for (let turn = 0; turn < round % 10; turn++) queue.take(() => true)
    add('status', 10)
    add('relay', 1)
    expect(queue.take(() => true)?.name).toBe('relay')
  }
})

test('what may not go now keeps its place', () => {
  const queue = queueOf({ priority: 'relay', name: 'r' }, { priority: 'status', name: 's' })
  expect(queue.take((job) => job.name !== 'r')?.name).toBe('s')
  expect(drained(queue)).toEqual(['r'])
})
