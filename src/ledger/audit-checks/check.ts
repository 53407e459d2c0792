// A check of the audit 审计项: one invariant, and the SQL that finds what breaks it.

export type Check = {
  invariant: string
  zh: string
  en: string
  /** Each row is one breach: `what` names the record. Takes the complex as $1. */
  sql: string
}
