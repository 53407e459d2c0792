// Which complex 综合体 the console shows: named in the URL where an operator has several, remembered
// in this browser, otherwise the first he may see.

import { useSearch } from '@tanstack/react-router'
import type { Session } from '../../http/contract/operators.ts'
import { useText } from '../text/i18n.ts'
import { useSessionState } from './api/session-store.ts'

export type Complex = Session['complexes'][number]

const REMEMBERED = 'prewatt.complex'

export const rememberComplex = (complexId: number): void =>
  localStorage.setItem(REMEMBERED, String(complexId))

/** The complex of this page, or null for an operator who may see none. */
export const useComplexOrNull = (): Complex | null => {
  const { session } = useSessionState()
  const search = useSearch({ strict: false })
  const wanted = search.complexId ?? localStorage.getItem(REMEMBERED)
  const complexes = session?.complexes ?? []
  return complexes.find((each) => String(each.complexId) === wanted) ?? complexes[0] ?? null
}

/**
 * A complex as a sheet names it, in the reader's language: one that is not so called any more, or
 * has no English name, keeps the name on the sheet.
 */
export const useComplexName = (name: string): string => {
  const { language } = useText()
  const { session } = useSessionState()
  const known = session?.complexes.find((each) => each.name === name)
  return (language === 'en' && known?.nameEn) || name
}

/** For pages inside the shell, which shows them only once there is a complex. */
export const useComplex = (): Complex => {
  const complex = useComplexOrNull()
  if (!complex) throw new Error('no complex in sight')
  return complex
}
