// Two facts of a row that belong together 两行单元格, one under the other, so that a list of many
// columns fits its screen.

import type { ReactNode } from 'react'

export const Stacked = ({ under, children }: { under: ReactNode; children: ReactNode }) => (
  <>
    {children}
    <br />
    <small>{under}</small>
  </>
)

/** The heading of both. */
export const stackedTitle = (upper: string, under: string): string => `${upper} / ${under}`
