// The zone of the complex 时区, handed down to whatever prints a time.

import { createContext, useContext } from 'react'

const Zone = createContext('Asia/Shanghai')

export const ZoneProvider = Zone.Provider
export const useZone = (): string => useContext(Zone)
