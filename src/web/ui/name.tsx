// A name from the registers 名称: of a shop, tenant, operator or plan. It is shown as it was written
// and is no text of ours, in whatever language the screen is.

import type { ReactNode } from 'react'
import { useText } from '../text/i18n.ts'

export const Name = ({ className, children }: { className?: string; children: ReactNode }) => (
  <span translate="no" className={className}>
    {children}
  </span>
)

type Text = string | null

/** The name in the reader's language, where it has one in English too. */
export const nameIn = (language: 'zh' | 'en', { zh, en }: { zh: Text; en: Text }): string =>
  (language === 'en' && en) || (zh ?? '')

export const Called = (names: { zh: Text; en: Text }) => (
  <Name>{nameIn(useText().language, names)}</Name>
)
