// Link settings at the door 链路校验: what the collector could not use is refused and its field named;
// secrets are sealed before anything is stored.

import type { LinkProblem } from '../metering/links/link-fields.ts'
import { sealLinkSecrets } from '../metering/links/link-secrets.ts'
import { readLinkSettings } from '../metering/links/link-settings.ts'
import { Refusal } from '../shared/refusal.ts'

export type Link = Readonly<Record<string, unknown>>

const refused = ({ field, zh, en }: LinkProblem): Refusal => {
  const name = field.startsWith('bus.') ? field.replace('bus.', 'buses.') : `link.${field}`
  return new Refusal('invalid_input', { where: 'body', field: name, rule: 'link', zh, en })
}

/** What is stored of the entered settings. Refuses: invalid_input with the field `link.…`. */
export const sealedLink = (entered: Link, before: Link, seal: (plain: Buffer) => Buffer): Link => {
  const sealed = sealLinkSecrets(entered, before, seal)
  if (!sealed.ok) throw refused(sealed)
  return sealed.link
}

/** Refuses: invalid_input with the field `link.…` or `buses.…`. */
export const checkLink = (
  stored: Link,
  buses: readonly { ordinal: number; settings: unknown }[],
): void => {
  for (const { ordinal, settings } of buses) {
    const read = readLinkSettings(stored, ordinal, settings)
    if (!read.ok) throw refused(read)
  }
}
