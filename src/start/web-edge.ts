// What stands before the web pages at the start 网页接入: the plain port that sends browsers on to TLS,
// and a loud line where passwords would travel in clear.

import { listenAndRedirect } from '../adapters/http-listener.ts'
import type { Config } from '../config.ts'
import type { Log } from '../ports/log.ts'
import { isLoopback } from '../shared/addresses.ts'

const TLS_PORT = 443

/** Errors: the port is taken. */
export const redirectToTls = async (
  { host, edge: { redirectPort } }: Config,
  url: string,
): Promise<{ stop(): Promise<void> }> => {
  if (redirectPort === null) return { stop: async () => {} }
  return listenAndRedirect({ host, port: redirectPort }, Number(new URL(url).port) || TLS_PORT)
}

/** A proxy that is named comes by TLS, we hope; the loopback one cannot be the only way in. */
const mayBeClear = ({ host, edge }: Config): boolean =>
  edge.tls === null && !isLoopback(host) && edge.trustProxy.every((each) => each === 'loopback')

export const warnOfPlainHttp = (config: Config, log: Log): void => {
  if (!mayBeClear(config)) return
  log.warn(
    '!!! 网页没有加密：密码会以明文经过网络。请设置 PREWATT_TLS=self 或证书，或放在 TLS 代理之后 / ' +
      'the web pages are NOT encrypted: passwords cross the network in clear. Set ' +
      'PREWATT_TLS=self or a certificate, or stand behind a TLS proxy',
    { host: config.host },
  )
}
