// A new secret of a gateway's link, tried 换密钥复核试算. The secret itself is not sent with what is
// asked: its name is, and something of its length stands in for it.

import { Type } from 'typebox'
import { bodyOf, type Tries, triedBy, wantedField } from '../approvals/try.ts'
import { GatewayChange } from '../http/contract/collection.ts'
import { gatewayId } from '../shared/ids.ts'
import { changeGateway, type GatewayDeps } from './gateways.ts'
import { placeOf } from './routes.ts'

const STAND_IN = '0000000000000000'

const AskedChange = Type.Object({
  change: Type.Omit(GatewayChange, ['approvalId']),
  secrets: Type.Array(Type.Enum(['secret', 'password', 'brokerPassword']), { maxItems: 3 }),
})

export const gatewayTries = (deps: GatewayDeps): Pick<Tries, 'gateway.secret'> => {
  const askedIn = bodyOf(AskedChange)
  return {
    'gateway.secret': ({ scope }, ask) =>
      triedBy(deps.db, scope, async (tx, agreement) => {
        const id = gatewayId(wantedField(ask.targetId, 'targetId'))
        const { complexId } = await placeOf(tx, id, ask.complexId ?? null)
        const { change, secrets } = askedIn(ask)
        const given = Object.fromEntries(secrets.map((name) => [name, STAND_IN]))
        const link = secrets.length > 0 && { link: { ...change.link, ...given } }
        await changeGateway(
          tx,
          deps,
          { complexId, gatewayId: id },
          { ...change, ...link },
          agreement,
        )
      }),
  }
}
