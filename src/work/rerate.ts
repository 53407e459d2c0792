// Follow-up work that prices again 重算待办: its kind, and the keys that name what changed. Whoever
// changes something that a bill was made of adds it in the same transaction.

/** Keys: `plan/<id>`, `calendar/<year>`, `supply/<id>`, `readings/<meter>/<month>`. */
export const RERATE_WORK = 'rerate'
