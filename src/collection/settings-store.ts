// The settings of a complex that gateways and meters take over 抄表设置; other rooms keep theirs
// beside.

import type { CollectionSettings } from '../http/contract/collection.ts'
import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'

/** Only what is named; null where the scope has no such complex. Locked while it is changed. */
export const complexSettings = async (
  tx: Tx,
  complex: ComplexId,
  names: readonly string[],
  { lock }: { lock: boolean } = { lock: false },
): Promise<CollectionSettings | null> => {
  const rows = await tx.query<{ settings: CollectionSettings }>(
    `select (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(c.settings)
       where key = any ($2)) as settings
     from complex c where complex_id = $1 ${lock ? 'for no key update' : ''}`,
    [complex, names],
  )
  return rows[0]?.settings ?? null
}

export const writeComplexSettings = async (
  tx: Tx,
  complex: ComplexId,
  names: readonly string[],
  settings: CollectionSettings,
): Promise<void> => {
  await tx.query(
    'update complex set settings = (settings - $2::text[]) || $3::jsonb where complex_id = $1',
    [complex, names, JSON.stringify(settings)],
  )
}
