// The registers from a workbook 档案导入, from the server.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  ImportAnswer,
  ImportProgress,
  Register,
  RegisterImport,
} from '../../../http/contract/imports.ts'
import type { FileAnswer } from '../../../http/contract/sheets.ts'
import { useAct } from '../api/act.ts'
import { call, newRequestId } from '../api/client.ts'

const WATCH_MS = 400

/** In the order of their sheets. */
export const REGISTERS = [
  'buildings',
  'premises',
  'points',
  'gateways',
  'buses',
  'devices',
  'meters',
] as const satisfies readonly Register[]

export const isRegister = (text: string): text is Register =>
  REGISTERS.some((register) => register === text)

/** Checks and imports a file; `progress` is the name under which both tell how far they are. */
export const useRegisterImport = () => {
  const [progress] = useState(newRequestId)
  const check = useAct<RegisterImport, ImportAnswer>('/import', {
    query: { dryRun: 'true', progress },
    dry: true,
  })
  // Whatever is shown may have changed.
  const apply = useAct<RegisterImport, ImportAnswer>('/import', {
    query: { progress },
    renews: [[]],
  })
  return { progress, check, apply }
}

export const useImportProgress = (name: string) =>
  useQuery({
    queryKey: ['importProgress', name],
    queryFn: () => call<ImportProgress>(`/import/progress/${name}`),
    refetchInterval: WATCH_MS,
    gcTime: 0,
  })

export const fetchTemplate = (language: string): Promise<FileAnswer> =>
  call<FileAnswer>('/import/template', { query: { language } })

export const fetchExport = (complexId: number, language: string): Promise<FileAnswer> =>
  call<FileAnswer>('/import/export', { query: { complexId, language } })
