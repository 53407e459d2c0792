// Content security policy 内容安全策略: our own origin only, no inline script, nothing may frame us.
// Styles that the page writes while it runs carry the nonce of the page.

const DIRECTIVES: readonly (readonly [string, string])[] = [
  ['default-src', "'self'"],
  ['script-src', "'self'"],
  ['style-src', "'self'"],
  ['img-src', "'self' data:"],
  ['font-src', "'self'"],
  ['connect-src', "'self'"],
  ['object-src', "'none'"],
  ['base-uri', "'none'"],
  ['form-action', "'self'"],
  ['frame-ancestors', "'none'"],
]

/** What no page of ours asks of a browser; passkeys are asked of our own origin only. */
export const PERMISSIONS_POLICY = [
  ...['accelerometer', 'bluetooth', 'browsing-topics', 'camera', 'display-capture', 'geolocation'],
  ...['gyroscope', 'hid', 'magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb'],
]
  .map((feature) => `${feature}=()`)
  .concat('publickey-credentials-get=(self)', 'publickey-credentials-create=(self)')
  .join(', ')

/** `extra` adds sources to directives, e.g. the nonce of a page or the hashes of the API page. */
export const contentSecurityPolicy = (extra: Readonly<Record<string, string>> = {}): string =>
  DIRECTIVES.map(([name, sources]) => [name, sources, extra[name]].filter(Boolean).join(' ')).join(
    '; ',
  )

export const pagePolicy = (nonce: string): string =>
  contentSecurityPolicy({ 'script-src': `'nonce-${nonce}'`, 'style-src': `'nonce-${nonce}'` })
