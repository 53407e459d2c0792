// Exports what the filters of a list show 导出: all of it, page by page, so that the server is asked
// for little at a time, with its count while it goes on; where it is too much, that is said.

import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import type { ListOf } from '../../http/contract.ts'
import { useText } from '../text/i18n.ts'
import { problemOf, useProblemText } from './problem.tsx'
import type { Filter } from './search-form.tsx'
import { type SheetCell, saveXlsx } from './xlsx.ts'

type Query = Record<string, string | number | undefined>

type ExportProps<Row> = {
  /** Heads the file. */
  name: string
  filters: readonly Filter[]
  search: Record<string, string | undefined>
  load: (query: Query) => Promise<ListOf<Row>>
  headings: readonly string[]
  cells: (row: Row) => SheetCell[]
  pageRows?: number
}

/** What a browser and a spreadsheet both bear. */
const ROWS_MAX = 200_000

/** Each filter by its name with what was chosen. */
const saidOf = (filters: readonly Filter[], search: Record<string, string | undefined>) =>
  filters.flatMap(({ key, label, options }) => {
    const value = search[key]
    const chosen = options?.find((option) => option.value === value)?.label ?? value
    return chosen === undefined ? [] : [`${label}: ${chosen}`]
  })

export const ExportList = <Row,>(props: ExportProps<Row>) => {
  const { name, filters, search, load, headings, cells, pageRows = 500 } = props
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const [count, setCount] = useState(0)
  const all = async (): Promise<{ rows: Row[]; more: boolean }> => {
    const rows: Row[] = []
    let cursor: string | undefined
    do {
      const page = await load({ ...search, limit: pageRows, cursor })
      rows.push(...page.items)
      setCount(rows.length)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && rows.length < ROWS_MAX)
    return { rows, more: cursor !== undefined }
  }
  const save = useMutation({
    mutationFn: async () => {
      setCount(0)
      const { rows, more } = await all()
      const cut = more ? [say('list.exportCut', { n: rows.length })] : []
      await saveXlsx({
        ...{ fileName: `${name}.xlsx`, sheetName: name.slice(0, 31), headings },
        ...{ rows: rows.map(cells), sumText: say('list.sum') },
        notes: [...saidOf(filters, search), ...cut],
      })
      return { n: rows.length, more }
    },
    onSuccess: ({ n, more }) =>
      void (more
        ? message.warning(say('list.exportCut', { n }))
        : message.success(say('list.exported', { n }))),
    onError: (error) => void message.error(words(problemOf(error))),
  })
  return (
    <Button icon={<DownloadOutlined />} loading={save.isPending} onClick={() => save.mutate()}>
      {save.isPending ? say('list.exporting', { n: count }) : say('list.export')}
    </Button>
  )
}
