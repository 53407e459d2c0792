import { describe, expect, test } from 'vitest'
import { systemRng } from '../adapters/system.ts'
import { createGate, createPasswords } from './password.ts'

const passwords = createPasswords(systemRng)

describe('a password', () => {
  test('is kept as argon2id with 19 MiB, two passes and one lane', async () => {
    const stored = await passwords.hash('Correct-horse-7')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.matches(stored, 'Correct-horse-7')).toBe(true)
    expect(await passwords.matches(stored, 'correct-horse-7')).toBe(false)
  })
  test('never has the same hash twice', async () => {
    expect(await passwords.hash('Same-word-1')).not.toBe(await passwords.hash('Same-word-1'))
  })
  test('of nobody matches nothing, not even the decoy', async () => {
    expect(await passwords.matches(null, 'no such operator')).toBe(false)
    // As much work as for a user who exists: far above the time of an early answer.
    const before = performance.now()
    await passwords.matches(null, 'Correct-horse-7')
    expect(performance.now() - before).toBeGreaterThan(3)
  })
})

describe('the gate before hashing', () => {
  test('lets two pass at once and the others in their order', async () => {
    const gate = createGate(2, 10)
    let running = 0
    let most = 0
    const order: number[] = []
    const run = (n: number) =>
      gate(async () => {
        running++
        most = Math.max(most, running)
        await Promise.resolve()
        await Promise.resolve()
        order.push(n)
        running--
      })
    await Promise.all([1, 2, 3, 4, 5].map(run))
    expect(most).toBe(2)
    expect(order).toEqual([1, 2, 3, 4, 5])
  })
  test('refuses what would make the queue too long', async () => {
    const gate = createGate(1, 1)
    let open = () => {}
    const first = gate(() => new Promise<void>((resolve) => (open = resolve)))
    const second = gate(async () => {})
    await expect(gate(async () => {})).rejects.toThrow('too_many_attempts')
    open()
    await Promise.all([first, second])
  })
  test('goes on after one that failed', async () => {
    const gate = createGate(1, 1)
    await expect(gate(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory')
    expect(await gate(async () => 'next')).toBe('next')
  })
})
