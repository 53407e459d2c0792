// Where sealed values are kept 密文所在: every column that holds any, so that a new data key reaches
// all of them. A new column with secrets gets its row here.

import type { Tx } from '../ports/database.ts'
import type { ComplexId, GatewayId, MeterId, OperatorId, TenantId } from '../shared/ids.ts'
import { phoneEnds } from '../shared/phone.ts'
import {
  linkSecretPlace,
  meterKeyPlace,
  operatorPhonePlace,
  type Place,
  tenantPhonePlace,
  totpPlace,
  webhookSecretPlace,
} from './places.ts'
import { headerOf, isUnder, type Opener, type Sealer } from './vault.ts'

export type Resealing = { open: Opener; sealer: Sealer }
export type Statement = { sql: string; params: readonly unknown[] }

export type SealedRow = {
  /** Names the row where its value does not open. */
  name: string
  /** What writes its values, sealed again. Throws where one does not open. */
  reseal(to: Resealing): Statement
}

/** Rows after the one that was named last, which are locked. */
type Asked = { keyId: number; after: number; limit: number }
type Found = { rows: SealedRow[]; last: number }

export type SealedTable = {
  of: 'complex' | 'installation'
  /** Of a complex, what is not under this key; every row of one id at once. */
  outdated(tx: Tx, complex: ComplexId | null, asked: Asked): Promise<Found>
}

const again = ({ open, sealer }: Resealing, place: Place, sealed: Buffer): Buffer =>
  sealer.seal(place, open(place, sealed))

const foundOf = <Row extends { id: number }>(
  rows: readonly Row[],
  name: (row: Row) => string,
  reseal: (row: Row, to: Resealing) => Statement,
): Found => ({
  rows: rows.map((row) => ({ name: name(row), reseal: (to) => reseal(row, to) })),
  last: rows.at(-1)?.id ?? 0,
})

const METER_KEYS = `
  select meter_id as id, version, sealed from meter_key
  where complex_id = $1 and meter_id in (
    select distinct meter_id from meter_key where complex_id = $1 and meter_id > $3
      and substring(sealed from 1 for 5) <> $2 order by meter_id limit $4)
    and substring(sealed from 1 for 5) <> $2
  order by meter_id, version for update`

const meterKeys: SealedTable = {
  of: 'complex',
  outdated: async (tx, complex, { keyId, after, limit }) => {
    if (complex === null) return { rows: [], last: 0 }
    const params = [complex, headerOf(keyId), after, limit]
    type Row = { id: MeterId; version: number; sealed: Buffer }
    return foundOf(
      await tx.query<Row>(METER_KEYS, params),
      ({ id, version }) => `meter_key ${id}/${version}`,
      ({ id, version, sealed }, to) => ({
        sql: `update meter_key set sealed = $4
          where complex_id = $1 and meter_id = $2 and version = $3`,
        params: [complex, id, version, again(to, meterKeyPlace(complex, id, version), sealed)],
      }),
    )
  },
}

const tenantPhones: SealedTable = {
  of: 'complex',
  outdated: async (tx, complex, { keyId, after, limit }) => {
    if (complex === null) return { rows: [], last: 0 }
    const rows = await tx.query<{ id: TenantId; sealed: Buffer }>(
      `select tenant_id as id, phone_sealed as sealed from tenant
       where complex_id = $1 and substring(phone_sealed from 1 for 5) <> $2 and tenant_id > $3
       order by tenant_id limit $4 for no key update`,
      [complex, headerOf(keyId), after, limit],
    )
    return foundOf(
      rows,
      ({ id }) => `tenant ${id}`,
      ({ id, sealed }, to) => {
        const place = tenantPhonePlace(complex, id)
        const phone = to.open(place, sealed)
        const index = to.sealer.blindIndex(phone.toString())
        const { head, tail } = phoneEnds(phone.toString())
        return {
          sql: `update tenant set phone_sealed = $3, phone_index = $4, phone_head = $5,
            phone_tail = $6 where complex_id = $1 and tenant_id = $2`,
          params: [complex, id, to.sealer.seal(place, phone), index, head, tail],
        }
      },
    )
  },
}

/** Names in a link's settings that end so hold sealed values in base64. */
const SEALED = /Sealed$/

type Link = Readonly<Record<string, unknown>>

const sealedIn = (link: Link): [string, Buffer][] =>
  Object.entries(link).flatMap(([name, value]): [string, Buffer][] =>
    SEALED.test(name) && typeof value === 'string' ? [[name, Buffer.from(value, 'base64')]] : [],
  )

const links: SealedTable = {
  of: 'complex',
  outdated: async (tx, complex, { keyId, after, limit }) => {
    if (complex === null) return { rows: [], last: 0 }
    const all = await tx.query<{ id: GatewayId; link: Link }>(
      `select gateway_id as id, link from gateway
       where complex_id = $1 and gateway_id > $2 and link::text like '%Sealed"%'
       order by gateway_id for no key update`,
      [complex, after],
    )
    const old = all.filter(({ link }) => sealedIn(link).some(([, value]) => !isUnder(value, keyId)))
    return foundOf(
      old.slice(0, limit),
      ({ id }) => `gateway ${id}`,
      ({ id, link }, to) => {
        const place = linkSecretPlace(complex, id)
        const sealed = sealedIn(link).map(([name, value]): [string, string] => [
          name,
          again(to, place, value).toString('base64'),
        ])
        return {
          sql: `update gateway set link = link || $3::jsonb
            where complex_id = $1 and gateway_id = $2`,
          params: [complex, id, JSON.stringify(Object.fromEntries(sealed))],
        }
      },
    )
  },
}

const OPERATORS = `
  select operator_id as id, phone_sealed as phone, totp_sealed as totp, totp_pending as pending
  from operator where operator_id > $2 and (substring(phone_sealed from 1 for 5) <> $1
    or substring(totp_sealed from 1 for 5) <> $1 or substring(totp_pending from 1 for 5) <> $1)
  order by operator_id limit $3 for no key update`

type OperatorRow = {
  id: OperatorId
  phone: Buffer | null
  totp: Buffer | null
  pending: Buffer | null
}

const operators: SealedTable = {
  of: 'installation',
  outdated: async (tx, _, { keyId, after, limit }) =>
    foundOf(
      await tx.query<OperatorRow>(OPERATORS, [headerOf(keyId), after, limit]),
      ({ id }) => `operator ${id}`,
      ({ id, phone, totp, pending }, to) => {
        const factor = (sealed: Buffer | null) => sealed && again(to, totpPlace(id), sealed)
        const newPhone = phone && again(to, operatorPhonePlace(id), phone)
        return {
          sql: `update operator set phone_sealed = $2, totp_sealed = $3, totp_pending = $4
            where operator_id = $1`,
          params: [id, newPhone, factor(totp), factor(pending)],
        }
      },
    ),
}

const WEBHOOKS = `
  select webhook_id as id, secret_sealed as secret, former_sealed as former
  from webhook where complex_id = $1 and webhook_id > $3
    and (substring(secret_sealed from 1 for 5) <> $2 or substring(former_sealed from 1 for 5) <> $2)
  order by webhook_id limit $4 for no key update`

type WebhookRow = { id: number; secret: Buffer; former: Buffer | null }

const webhooks: SealedTable = {
  of: 'complex',
  outdated: async (tx, complex, { keyId, after, limit }) => {
    if (complex === null) return { rows: [], last: 0 }
    const params = [complex, headerOf(keyId), after, limit]
    return foundOf(
      await tx.query<WebhookRow>(WEBHOOKS, params),
      ({ id }) => `webhook ${id}`,
      ({ id, secret, former }, to) => {
        const place = webhookSecretPlace(complex, id)
        return {
          sql: `update webhook set secret_sealed = $3, former_sealed = $4
            where complex_id = $1 and webhook_id = $2`,
          params: [complex, id, again(to, place, secret), former && again(to, place, former)],
        }
      },
    )
  },
}

export const SEALED_TABLES: readonly SealedTable[] = [
  meterKeys,
  tenantPhones,
  links,
  webhooks,
  operators,
]

/** Their columns; of links it is `gateway.link`, where names ending so hold them. */
export const SEALED_COLUMNS = [
  'meter_key.sealed',
  'operator.phone_sealed',
  'operator.totp_pending',
  'operator.totp_sealed',
  'tenant.phone_sealed',
  'webhook.former_sealed',
  'webhook.secret_sealed',
] as const

/** Every sealed value of the database, as complex and its first bytes. */
const HEADERS = `
  select complex_id, substring(sealed from 1 for 5) as head from meter_key
  union all select complex_id, substring(phone_sealed from 1 for 5) from tenant
    where phone_sealed is not null
  union all select complex_id, substring(decode(e.value #>> '{}', 'base64') from 1 for 5)
    from gateway, jsonb_each(link) e where e.key like '%Sealed' and jsonb_typeof(e.value) = 'string'
  union all select complex_id, substring(s from 1 for 5)
    from webhook, unnest(array[secret_sealed, former_sealed]) s where s is not null
  union all select null, substring(s from 1 for 5)
    from operator, unnest(array[phone_sealed, totp_sealed, totp_pending]) s where s is not null`

/** How many values each key seals; under `former` what was sealed before there were data keys. */
export const sealedCounts = async (tx: Tx): Promise<Map<number | 'former', number>> => {
  const rows = await tx.query<{ head: Buffer; count: number }>(
    `select head, count(*)::int as count from (${HEADERS}) h group by 1`,
  )
  const counts = new Map<number | 'former', number>()
  for (const { head, count } of rows) {
    const key = head[0] === 1 ? 'former' : head.readUInt32BE(1)
    counts.set(key, (counts.get(key) ?? 0) + count)
  }
  return counts
}
