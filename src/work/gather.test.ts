import { expect, test } from 'vitest'
import { must } from '../shared/assert.ts'
import { type Gathering, gather } from './gather.ts'

type Parcel = { name: string; to?: string; of?: string }

/** Journeys that end when told to; a name beginning with `bad` makes its journey fail. */
const rig = (how: Partial<Pick<Gathering<Parcel, string>, 'atOnce' | 'most'>> = {}) => {
  const journeys: { names: string; end: () => void }[] = []
  const send = gather<Parcel, string>({
    atOnce: 1,
    most: 3,
    ...how,
    groupOf: ({ to = 'north' }) => to,
    markOf: ({ name, of = name }) => of,
    run: async (parcels) => {
      await new Promise<void>((resolve) => {
        journeys.push({ names: parcels.map(({ name }) => name).join(' '), end: resolve })
      })
      if (parcels.some(({ name }) => name === 'overboard')) throw new Error('the ship sank')
      return parcels.map(({ name }) =>
        name === 'refused'
          ? { status: 'rejected', reason: new Error('refused at the border') }
          : { status: 'fulfilled', value: `${name} came` },
      )
    },
  })
  return {
    send: (name: string, more: Omit<Parcel, 'name'> = {}) => send({ name, ...more }),
    names: () => journeys.map(({ names }) => names),
    end: async (n: number) => {
      must(journeys[n], 'that journey has begun').end()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('whoever comes first leaves at once, and those who come meanwhile go together', async () => {
  const { send, names, end } = rig()
  const [first, second, third] = [send('a'), send('b'), send('c')]
  expect(names()).toEqual(['a'])
  await end(0)
  expect(names()).toEqual(['a', 'b c'])
  await end(1)
  expect(await Promise.all([first, second, third])).toEqual(['a came', 'b came', 'c came'])
})

test('no more go together than have room', async () => {
  const { send, names, end } = rig({ most: 2 })
  for (const name of ['a', 'b', 'c', 'd']) void send(name)
  await end(0)
  await end(1)
  expect(names()).toEqual(['a', 'b c', 'd'])
})

test('so many journeys are under way at once and no more', () => {
  const { send, names } = rig({ atOnce: 2 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) void send(name)
  expect(names()).toEqual(['a', 'b'])
})

test('a second journey waits until as many wait as the first carries', async () => {
  const { send, names, end } = rig({ atOnce: 2 })
  for (const name of ['a', 'b', 'c', 'd']) void send(name)
  await end(0)
  expect(names()).toEqual(['a', 'b', 'c d'])
  await end(1)
  void send('e')
  expect(names()).toHaveLength(3)
  void send('f')
  expect(names()).toEqual(['a', 'b', 'c d', 'e f'])
})

test('groups neither travel together nor wait for each other', async () => {
  const { send, names, end } = rig()
  void send('a')
  void send('b', { to: 'south' })
  void send('c')
  void send('d', { to: 'south' })
  await end(0)
  await end(1)
  expect(names()).toEqual(['a', 'b', 'c', 'd'])
})

test('of two with one mark the later leaves when the earlier is back, in order', async () => {
  const { send, names, end } = rig({ atOnce: 2 })
  for (const name of ['a1', 'a2', 'a3']) void send(name, { of: 'a' })
  void send('b')
  expect(names()).toEqual(['a1', 'b'])
  await end(1)
  expect(names()).toEqual(['a1', 'b'])
  await end(0)
  expect(names()).toEqual(['a1', 'b', 'a2'])
  await end(2)
  expect(names()).toEqual(['a1', 'b', 'a2', 'a3'])
})

test('a refusal is told to its own sender alone, a journey that fails to all of its', async () => {
  const { send, end } = rig()
  const first = send('a')
  const together = Promise.allSettled([send('b'), send('refused'), send('c')])
  await end(0)
  await first
  await end(1)
  const told = (await together).map((one) =>
    one.status === 'fulfilled' ? one.value : String(one.reason),
  )
  expect(told).toEqual(['b came', 'Error: refused at the border', 'c came'])
  const lost = Promise.allSettled([send('d'), send('overboard'), send('e')])
  await end(2)
  await end(3)
  expect((await lost).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
})
