// A figure in a list 带时效的数值: its time is told on pointing at it, and it is grey once it is older
// than it may be, because an old figure must not be taken for a live one.

import type { ReactNode } from 'react'
import { useStale } from '../../ui/age.tsx'
import { timeText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import styles from './meters.module.css'

type DatedProps = { at: string | null; staleAfterMs: number; children: ReactNode }

export const Dated = ({ at, staleAfterMs, children }: DatedProps) => {
  const zone = useZone()
  const stale = useStale(at, staleAfterMs)
  return (
    <span
      className={stale ? styles.old : undefined}
      data-stale={stale}
      title={timeText(at, zone) ?? undefined}
    >
      {children}
    </span>
  )
}
