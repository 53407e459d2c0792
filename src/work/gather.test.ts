import { expect, test } from 'vitest'
import { must } from '../shared/assert.ts'
import { type Gathering, gather } from './gather.ts'

type Parcel = { name: string; to?: string; of?: string }

/** Journeys that end when told to; a name beginning with `bad` makes its journey fail. */
const rig = (how: Partial<Pick<Gathering<Parcel, string>, 'atOnce' | 'most' | 'few'>> = {}) => {
  const journeys: { names: string; end: () => void }[] = []
  const send = gather<Parcel, string>({
    atOnce: 1,
    most: 3,
    few: 3,
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
      await turn()
    },
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('who come in one turn leave together at its end, who come later with each other', async () => {
  const { send, names, end } = rig()
  const early = [send('a'), send('b')]
  expect(names()).toEqual([])
  await turn()
  const late = [send('c'), send('d')]
  await turn()
  expect(names()).toEqual(['a b'])
  await end(0)
  expect(names()).toEqual(['a b', 'c d'])
  await end(1)
  const came = await Promise.all([...early, ...late])
  expect(came).toEqual(['a came', 'b came', 'c came', 'd came'])
})

test('no more go together than have room', async () => {
  const { send, names, end } = rig({ most: 2 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) void send(name)
  await turn()
  await end(0)
  await end(1)
  expect(names()).toEqual(['a b', 'c d', 'e'])
})

test('so many journeys are under way at once and no more', async () => {
  const { send, names } = rig({ atOnce: 2 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    void send(name)
    await turn()
  }
  expect(names()).toEqual(['a', 'b'])
})

test.each([
  ['fewer go together', 5, ['abcde']],
  ['as many share them out', 6, ['abc', 'def']],
  ['more too', 7, ['abc', 'defg']],
  ['as far as there is room', 20, ['abcdefgh', 'ijklmnop']],
])('of two journeys that are worth it with 3 each: %s', async (_, count, expected) => {
  const { send, names } = rig({ atOnce: 2, most: 8, few: 3 })
  for (const name of 'abcdefghijklmnopqrst'.slice(0, count)) void send(name)
  await turn()
  expect(names().map((each) => each.replaceAll(' ', ''))).toEqual(expected)
})

test('a second journey waits until as many wait as the first carries', async () => {
  const { send, names, end } = rig({ atOnce: 2 })
  for (const name of ['a', 'b', 'c', 'd']) {
    void send(name)
    await turn()
  }
  await end(0)
  expect(names()).toEqual(['a', 'b', 'c d'])
  await end(1)
  void send('e')
  await turn()
  expect(names()).toHaveLength(3)
  void send('f')
  await turn()
  expect(names()).toEqual(['a', 'b', 'c d', 'e f'])
})

test('who come back in the turn in which they are answered leave in it, together', async () => {
  const { send, names, end } = rig({ atOnce: 2, most: 8 })
  const again = async (name: string) => {
    await send(name)
    await send(`${name}2`)
  }
  for (const name of ['a', 'b', 'c']) void again(name)
  await turn()
  await end(0)
  expect(names()).toEqual(['a b c', 'a2 b2 c2'])
})

test('groups neither travel together nor wait for each other', async () => {
  const { send, names } = rig()
  void send('a')
  void send('b', { to: 'south' })
  void send('c')
  void send('d', { to: 'south' })
  await turn()
  expect(names()).toEqual(['a c', 'b d'])
})

test('of two with one mark the later leaves when the earlier is back, in order', async () => {
  const { send, names, end } = rig({ atOnce: 2 })
  for (const name of ['a1', 'a2', 'a3']) void send(name, { of: 'a' })
  await turn()
  void send('b')
  await turn()
  expect(names()).toEqual(['a1', 'b'])
  await end(1)
  expect(names()).toEqual(['a1', 'b'])
  await end(0)
  expect(names()).toEqual(['a1', 'b', 'a2'])
  await end(2)
  expect(names()).toEqual(['a1', 'b', 'a2', 'a3'])
})

test('of two with one mark the later also leaves in its turn from another group', async () => {
  const { send, names, end } = rig()
  void send('a1', { of: 'a' })
  await turn()
  const later = send('a2', { of: 'a', to: 'south' })
  await turn()
  expect(names()).toEqual(['a1'])
  await end(0)
  expect(names()).toEqual(['a1', 'a2'])
  await end(1)
  expect(await later).toBe('a2 came')
})

test('a refusal is told to its own sender alone, a journey that fails to all of its', async () => {
  const { send, end } = rig()
  const first = send('a')
  await turn()
  const together = Promise.allSettled([send('b'), send('refused'), send('c')])
  await end(0)
  await first
  await end(1)
  const told = (await together).map((one) =>
    one.status === 'fulfilled' ? one.value : String(one.reason),
  )
  expect(told).toEqual(['b came', 'Error: refused at the border', 'c came'])
  const safe = send('d')
  await turn()
  const lost = Promise.allSettled([safe, send('overboard'), send('e')])
  await end(2)
  await end(3)
  expect((await lost).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
})
