// Steps side by side: their order, their number at a time, and who waits for whom.

import { expect, test } from 'vitest'
import { runInLanes } from './lanes.ts'

type Named = { name: string }

/** Steps that end when they are told to; what has begun and not ended, in order. */
const machine = () => {
  const under = new Map<string, () => void>()
  const run = (step: Named): Promise<string> =>
    new Promise((resolve) =>
      under.set(step.name, () => {
        under.delete(step.name)
        resolve(`${step.name} ended`)
      }),
    )
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const end = async (name: string): Promise<void> => {
    under.get(name)?.()
    await settled()
  }
  return { run, end, under: () => [...under.keys()].join(' ') }
}

const step = (name: string, ...after: string[]) => ({ name, after })

test('two lanes carry two steps at a time, in order, and results keep that order', async () => {
  const { run, end, under } = machine()
  const results = runInLanes([step('a'), step('b'), step('c')], 2, run)
  expect(under()).toBe('a b')
  await end('b')
  expect(under()).toBe('a c')
  await end('c')
  await end('a')
  expect(await results).toEqual(['a ended', 'b ended', 'c ended'])
})

test('a step waits for those it needs, and others overtake it', async () => {
  const { run, end, under } = machine()
  const results = runInLanes([step('web'), step('walks', 'web'), step('unit')], 2, run)
  expect(under()).toBe('web unit')
  await end('web')
  expect(under()).toBe('unit walks')
  await end('unit')
  await end('walks')
  expect(await results).toHaveLength(3)
})

test('a step that was not chosen is not waited for', async () => {
  expect(await runInLanes([step('walks', 'web')], 2, async () => 'ran')).toEqual(['ran'])
})

test('nothing is begun after a stop', async () => {
  const { run, end, under } = machine()
  let stopped = false
  const results = runInLanes([step('a'), step('b')], 1, run, () => stopped)
  stopped = true
  await end('a')
  expect(under()).toBe('')
  expect(await results).toEqual(['a ended'])
})

test('steps that wait for one another are a bug, not a silent success', async () => {
  const rounds = [step('a', 'b'), step('b', 'a')]
  await expect(runInLanes(rounds, 2, async () => 0)).rejects.toThrow('nothing may begin')
})

test('a step that throws fails the run', async () => {
  const failing = async () => Promise.reject(new Error('broken'))
  await expect(runInLanes([step('a'), step('b', 'a')], 1, failing)).rejects.toThrow('broken')
})
