// What a collector opens of the vault 采集密钥: the secret of a gateway's link, the wallet key of
// a meter. Neither is logged or kept.

import { type Db, systemScope } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import { linkSecretPlace, meterKeyPlace } from '../secrets/places.ts'
import type { Opener, Vault } from '../secrets/vault.ts'
import type { MeterId } from '../shared/ids.ts'
import { type GatewayConfig, sealedKeyOf } from './config-store.ts'
import type { WalletKey } from './protocol/secure/wallet-key.ts'

/** Null where it was sealed under another master key: the gateway is out of reach. */
export const openGatewaySecret = (
  { log }: { log: Log },
  open: Opener | undefined,
  { complexId, gatewayId, code }: Pick<GatewayConfig, 'complexId' | 'gatewayId' | 'code'>,
  sealed: Buffer,
): Buffer | null => {
  try {
    return open?.(linkSecretPlace(complexId, gatewayId), sealed) ?? null
  } catch {
    log.error('the secret of a gateway does not open', { gateway: code })
    return null
  }
}

/** Null where the centre holds none. */
export const walletKeyOf = (
  { db, vault }: { db: Db; vault: Vault },
  meter: MeterId,
): Promise<WalletKey | null> =>
  db.as(systemScope('collector'), async (tx) => {
    const key = await sealedKeyOf(tx, meter)
    if (!key) return null
    const open = await vault.opener(tx, key.complexId)
    const place = meterKeyPlace(key.complexId, meter, key.version)
    return { bytes: open(place, key.sealed), scheme: key.scheme }
  })
