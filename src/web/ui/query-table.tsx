// The list every register and record uses 查询列表: search form, filters and page in the URL, cursor
// paging by the server, remembered columns, sticky heading, and an empty state that says why.

import { ReloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { type Key, type ReactNode, useState } from 'react'
import type { ListOf } from '../../http/contract.ts'
import { useText } from '../text/i18n.ts'
import { ColumnSettings, useHiddenColumns } from './column-settings.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { ProblemAlert } from './problem.tsx'
import { type Filter, SearchForm } from './search-form.tsx'
import styles from './ui.module.css'

/** Filters by name, and `cursor`; all text, as they stand in the URL. */
export type ListSearch = Record<string, string | undefined>

type QueryTableProps<Row, List extends ListOf<Row>> = {
  /** Names the remembered column settings. */
  name: string
  label: string
  queryKey: readonly unknown[]
  load: (search: ListSearch) => Promise<List>
  columns: readonly Column<Row>[]
  filters: readonly Filter[]
  search: ListSearch
  onSearch: (next: ListSearch) => void
  rowKey: (row: Row) => Key
  /** Why there may be nothing, in one sentence. */
  emptyText: string
  /** What the list as a whole says, above its rows. */
  summary?: (list: List) => ReactNode
  /** Asked again that often while it is shown. */
  refreshMs?: number
}

const Pager = ({
  search,
  next,
  count,
  onSearch,
}: {
  search: ListSearch
  next: string | null
  count: number
  onSearch: (next: ListSearch) => void
}) => {
  const { say } = useText()
  // The server's cursor only goes forward; the way back is what this visit has walked.
  const [trail, setTrail] = useState<readonly (string | undefined)[]>([])
  const go = (cursor: string | undefined, walked: readonly (string | undefined)[]) => {
    setTrail(walked)
    onSearch({ ...search, cursor })
  }
  return (
    <nav className={styles.pager} aria-label={say('list.pages')}>
      <span>{say('list.rows', { n: count })}</span>
      <Button size="small" disabled={!search.cursor} onClick={() => go(undefined, [])}>
        {say('list.first')}
      </Button>
      <Button
        size="small"
        disabled={trail.length === 0}
        onClick={() => go(trail.at(-1), trail.slice(0, -1))}
      >
        {say('list.previous')}
      </Button>
      <Button
        size="small"
        disabled={next === null}
        onClick={() => go(next ?? undefined, [...trail, search.cursor])}
      >
        {say('list.next')}
      </Button>
    </nav>
  )
}

export const QueryTable = <Row, List extends ListOf<Row> = ListOf<Row>>(
  props: QueryTableProps<Row, List>,
) => {
  const { name, queryKey, load, columns, filters, search, onSearch, rowKey, emptyText } = props
  const { say } = useText()
  const hidden = useHiddenColumns(name)
  const list = useQuery({
    queryKey: [...queryKey, search],
    queryFn: () => load(search),
    placeholderData: (previous) => previous,
    refetchInterval: props.refreshMs ?? false,
  })
  const filtered = filters.some((filter) => search[filter.key])
  const rows = list.data?.items ?? []
  const summary = list.data && props.summary ? props.summary(list.data) : null
  return (
    <section className={styles.card}>
      <div className={styles.toolbar}>
        {filters.length > 0 ? (
          <SearchForm filters={filters} search={search} onSearch={onSearch} />
        ) : (
          summary
        )}
        <span style={{ display: 'flex', gap: 4 }}>
          <Button
            type="text"
            icon={<ReloadOutlined />}
            aria-label={say('list.reload')}
            loading={list.isFetching}
            onClick={() => list.refetch()}
          />
          <ColumnSettings columns={columns} hidden={hidden} />
        </span>
      </div>
      {list.error ? <ProblemAlert error={list.error} onRetry={() => list.refetch()} /> : null}
      {filters.length > 0 ? summary : null}
      <DataTable<Row>
        label={props.label}
        rows={list.data ? rows : list.error ? [] : null}
        rowKey={rowKey}
        columns={columns.filter((column) => !hidden.keys.includes(column.key))}
        emptyText={filtered ? say('list.noneFiltered') : emptyText}
      />
      <Pager
        search={search}
        next={list.data?.nextCursor ?? null}
        count={rows.length}
        onSearch={onSearch}
      />
    </section>
  )
}
