// Addresses and ranges of addresses 地址段 as people write them in settings. PURE.

const V4_PART = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const V4 = new RegExp(`^${V4_PART}(\\.${V4_PART}){3}$`)

export const familyOf = (address: string): 4 | 6 | null => {
  if (V4.test(address)) return 4
  return /^[0-9a-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`) ? 6 : null
}

export type AddressRange = { address: string; family: 4 | 6; bits: number }

/** `10.0.0.0/8`, `::1`, `192.168.1.20`; null where it is neither an address nor a range. */
export const addressRange = (text: string): AddressRange | null => {
  const [address = '', bitsText, ...rest] = text.split('/')
  const family = familyOf(address)
  if (family === null || rest.length > 0) return null
  const most = family === 4 ? 32 : 128
  if (bitsText === undefined) return { address, family, bits: most }
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN
  return bits <= most ? { address, family, bits } : null
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

/** Whether only this machine reaches a listener there. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host)
