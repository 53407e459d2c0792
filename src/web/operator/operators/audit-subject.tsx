// What an act was done to 操作对象: the kind in words with its name, and a way to its page where it has
// one.

import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { hasText, useText } from '../../text/i18n.ts'
import { Name } from '../../ui/name.tsx'

/** Says nothing to people. */
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

type Page = { id: string; children: ReactNode }

const PAGES: Record<string, (page: Page) => ReactNode> = {
  account: ({ id, children }) => (
    <Link to="/accounts/$accountId" params={{ accountId: id }}>
      {children}
    </Link>
  ),
  purchase: ({ id, children }) => (
    <Link to="/purchases/$purchaseId" params={{ purchaseId: id }}>
      {children}
    </Link>
  ),
  plan: ({ id, children }) => (
    <Link to="/plans/$planId" params={{ planId: id }}>
      {children}
    </Link>
  ),
  shift: ({ id, children }) => (
    <Link to="/shifts/$shiftId" params={{ shiftId: id }}>
      {children}
    </Link>
  ),
  meter: ({ id, children }) => (
    <Link to="/meters" search={{ meter: id }}>
      {children}
    </Link>
  ),
  batch: ({ id, children }) => (
    <Link to="/batches" search={{ batch: id }}>
      {children}
    </Link>
  ),
  surge: ({ children }) => <Link to="/policy/interlock">{children}</Link>,
  'timed-schedule': ({ children }) => <Link to="/policy/timed">{children}</Link>,
}

export const AuditSubject = ({ subject, name }: { subject: string; name: string | null }) => {
  const { say } = useText()
  const [kind = '', id = ''] = subject.split('/')
  const key = `audit.of.${kind}`
  const shown = name ?? (UUID.test(id) ? '' : id)
  const words = (
    <>
      {hasText(key) ? `${say(key)} ` : null}
      <Name>{hasText(key) ? shown : (name ?? subject)}</Name>
    </>
  )
  const page = PAGES[kind]
  return <span title={subject}>{page ? page({ id, children: words }) : words}</span>
}
