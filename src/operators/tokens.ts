// Making tokens for machines 接口令牌: a part of what their maker has, shown once, for a time.

import type { NewToken } from '../http/contract/operators.ts'
import type { Db } from '../ports/database.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { parseRfc3339, plusMs } from '../shared/clock.ts'
import { buildingId, complexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { auditInScope } from './audit-scope.ts'
import { refuseBeyond } from './authority.ts'
import type { Editor } from './edit.ts'
import { hashOf } from './log-in.ts'
import { isPermission } from './permissions.ts'
import { loginPolicy } from './policy-store.ts'
import { insertToken, listTokens, revokeToken, type TokenRow } from './token-store.ts'

const TOKEN_BYTES = 32
const DAY_MS = 86_400_000
/** So that a token is known for one where it leaked. */
const PREFIX = 'pwt_'

export type TokenDeps = { db: Db; ids: Ids; rng: Rng }

const recordOf = ({ tokenId, name, permissions, complexes, buildings, expiresAt }: TokenRow) => ({
  ...{ tokenId, name, permissions, complexes, buildings, expiresAt },
})

/** Refuses: beyond_own_rights, not_found (permission), invalid_input (expiry). */
export const makeToken = (
  deps: TokenDeps,
  editor: Editor,
  asked: NewToken,
): Promise<{ token: string; row: TokenRow }> => {
  const unknown = asked.permissions.find((code) => !isPermission(code))
  refuseIf(unknown !== undefined, 'not_found', { permission: unknown ?? null })
  const reach = {
    permissions: [...new Set(asked.permissions)].sort(),
    complexes: asked.complexes?.map(complexId) ?? editor.rights.complexes,
    buildings: asked.buildings?.map(buildingId) ?? editor.rights.buildings,
  }
  refuseBeyond(editor.rights, reach)
  const expiresAt = parseRfc3339(asked.expiresAt)
  const token = `${PREFIX}${deps.rng.bytes(TOKEN_BYTES).toString('base64url')}`
  return deps.db.as(editor.scope, async (tx) => {
    const { tokenDaysMax } = await loginPolicy(tx)
    const latest = plusMs(tx.now, tokenDaysMax * DAY_MS)
    const fits = expiresAt !== null && expiresAt > tx.now && expiresAt <= latest
    if (!fits)
      throw new Refusal('invalid_input', { where: 'body', field: 'expiresAt', rule: 'maximum' })
    const { operatorId } = editor
    const { name } = asked
    const hash = hashOf(token)
    const tokenId = await insertToken(tx, { operatorId, name, hash, ...reach, expiresAt })
    const row = must((await listTokens(tx, { operatorId, tokenId }))[0], 'the token is there')
    const { complexes } = editor.rights
    const done = { action: 'token.create', after: recordOf(row) } as const
    await auditInScope(tx, deps, { operatorId, complexes }, done)
    return { token, row }
  })
}

/** One's own, or with `anybodys` that of a person whom one could change. Refuses: not_found. */
export const endToken = (
  deps: TokenDeps,
  editor: Editor,
  tokenId: number,
  anybodys: boolean,
): Promise<void> =>
  deps.db.as(editor.scope, async (tx) => {
    const operatorId = anybodys ? null : editor.operatorId
    const row = (await listTokens(tx, { operatorId, tokenId }))[0]
    if (!row) throw new Refusal('not_found', { tokenId })
    await revokeToken(tx, tokenId)
    const done = { action: 'token.revoke', after: recordOf(row) } as const
    const { complexes } = editor.rights
    await auditInScope(tx, deps, { operatorId: row.operatorId, complexes }, done)
  })
