// A value that is being typed, once the hand has paused 停顿后取值.

import { useEffect, useState } from 'react'
import { after } from './clock.ts'

/** Compared by identity: hand it what changes only when it is typed. */
export const useSettled = <Value>(value: Value, pauseMs: number): Value => {
  const [settled, setSettled] = useState(value)
  useEffect(() => after(pauseMs, () => setSettled(value)), [value, pauseMs])
  return settled
}
