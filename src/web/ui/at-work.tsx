// That something is being done, and for how long already 正在处理.

import { Alert } from 'antd'
import { useEffect, useState } from 'react'

const SECOND_MS = 1_000

/** Shown while it is mounted; `text` is told the seconds so far. */
export const AtWork = ({ text }: { text: (seconds: number) => string }) => {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((so) => so + 1), SECOND_MS)
    return () => clearInterval(timer)
  }, [])
  return <Alert type="info" showIcon title={text(seconds)} />
}
