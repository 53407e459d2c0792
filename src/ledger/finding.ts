// What an audit finds 审计发现: an invariant, and the record that breaks it, in words.

import type { ComplexId } from '../shared/ids.ts'

export type Finding = {
  complexId: ComplexId
  invariant: string
  /** The record that breaks it, or its place in the chain. */
  what: string
  zh: string
  en: string
}
