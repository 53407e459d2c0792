import { expect, test } from 'vitest'
import { firstToDo, isStep, type Progress, stepAfter, stepBefore } from './steps.ts'

const NOTHING: Progress = { buildings: 0, gateways: 0, meters: 0, plans: 0, operators: 1 }

test.each<[Partial<Progress>, string]>([
  [{}, 'buildings'],
  [{ buildings: 2 }, 'line'],
  [{ buildings: 2, gateways: 1 }, 'plan'],
  [{ buildings: 2, gateways: 1, plans: 1 }, 'operator'],
  [{ buildings: 2, gateways: 1, plans: 1, operators: 2 }, 'end'],
  [{ gateways: 1, plans: 1, operators: 2 }, 'buildings'],
])('with %o it goes on at %s', (part, step) => {
  expect(firstToDo({ ...NOTHING, ...part })).toBe(step)
})

test('steps follow each other and stop at both ends', () => {
  expect(stepAfter('complex')).toBe('buildings')
  expect(stepAfter('end')).toBe('end')
  expect(stepBefore('buildings')).toBe('complex')
  expect(stepBefore('complex')).toBe('complex')
  expect(isStep('plan')).toBe(true)
  expect(isStep('x')).toBe(false)
})
