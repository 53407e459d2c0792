// A secret of a gateway's link is changed by two people 换密钥复核, where the complex has set it so.
// What the secret is nobody is shown, and it is not kept with what was asked.

import { type Agreement, agreeOn, needWhere } from '../approvals/require.ts'
import { approvalSettings } from '../approvals/settings-store.ts'
import { secretsEntered, shownLink } from '../metering/links/link-secrets.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, GatewayId } from '../shared/ids.ts'
import type { Link } from './link-check.ts'

type Changed = {
  complexId: ComplexId
  gatewayId: GatewayId
  code: string
  /** As it was entered; undefined: the link stays. */
  entered: unknown
  before: Link
  after: Link
}

/** Who agreed, where somebody had to. Refuses: approval_required, approval_not_valid. */
export const agreeOnSecret = async (
  tx: Tx,
  ids: Ids,
  { complexId, gatewayId, code, entered, before, after }: Changed,
  agreement: Agreement,
): Promise<string | undefined> => {
  const secrets = secretsEntered(entered)
  if (secrets.length === 0) return undefined
  const { keys } = await approvalSettings(tx, complexId)
  const wanted = {
    operation: 'gateway.secret' as const,
    need: needWhere(keys, 'keys'),
    content: { gatewayId, secrets, link: shownLink(after), before: shownLink(before) },
    summary: { gatewayCode: code },
    changes: [{ field: 'secrets', as: 'text' as const, before: null, after: secrets.join(', ') }],
  }
  const { approved } = await agreeOn(tx, ids, complexId, wanted, agreement)
  return approved?.by
}
