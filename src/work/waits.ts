// Why a round of work waits 等待原因, PURE: kept in the work row's `last_error`, so that whoever brings
// what it waited for finds it and makes it due.

/** Its gateway is offline. */
export const GATEWAY_OFFLINE = 'gateway-offline'

/** Its meter is being switched off first. */
export const BEING_TRIPPED = 'tripping'
