// A name from the registers 名称: of a shop, tenant, operator or plan. It is shown as it was written
// and is no text of ours, in whatever language the screen is.

import type { ReactNode } from 'react'

export const Name = ({ className, children }: { className?: string; children: ReactNode }) => (
  <span translate="no" className={className}>
    {children}
  </span>
)
