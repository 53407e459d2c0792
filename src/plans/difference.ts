// What a version changes 版本差异, PURE: the places at which two definitions differ, as paths with the
// values before and after. Lists are compared as a whole: a switch more would shift all others.

import type { PlanDefinition } from '../tariff/plan.ts'

export type PlanChange = { path: string; before: unknown; after: unknown }

type Node = Record<string, unknown>
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields in one order, so that the same content is the same text. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, node: unknown) =>
    isNode(node) ? Object.fromEntries(Object.entries(node).sort()) : node,
  ) ?? 'null'

const walk = (before: unknown, after: unknown, path: string, found: PlanChange[]): void => {
  if (text(before) === text(after)) return
  const indexed = Array.isArray(before) && Array.isArray(after) && before.length === after.length
  if (indexed) {
    const plain = ![...before, ...after].every((one) => isNode(one) && 'days' in one)
    if (plain) found.push({ path, before, after })
    else
      for (const [index, one] of before.entries())
        walk(one, after[index], `${path}.${index}`, found)
  } else if (isNode(before) && isNode(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    for (const key of keys)
      walk(before[key], after[key], path === '' ? key : `${path}.${key}`, found)
  } else found.push({ path, before: before ?? null, after: after ?? null })
}

/** Empty where both say the same; from nothing, the one change is the whole. */
export const planChanges = (before: PlanDefinition | null, after: PlanDefinition): PlanChange[] => {
  if (before === null) return [{ path: '', before: null, after }]
  const found: PlanChange[] = []
  walk(before, after, '', found)
  return found
}
