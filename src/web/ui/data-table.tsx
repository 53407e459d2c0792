// A plain table 表格: real rows and headings, a heading that stays in sight, and an empty state that
// says why there is nothing.

import { Empty, Spin } from 'antd'
import type { Key, ReactNode } from 'react'
import { useText } from '../text/i18n.ts'
import styles from './ui.module.css'

export type Column<Row> = {
  key: string
  title: string
  align?: 'right'
  /** Names and reasons may go on in a second line. */
  wrap?: true
  render: (row: Row) => ReactNode
}

type DataTableProps<Row> = {
  label: string
  columns: readonly Column<Row>[]
  /** Null while they are being fetched for the first time. */
  rows: readonly Row[] | null
  rowKey: (row: Row) => Key
  emptyText: string
  /** A closing row, e.g. totals. */
  foot?: ReactNode
}

const Filler = ({ columns, children }: { columns: number; children: ReactNode }) => (
  <tr>
    <td colSpan={columns} className={styles.filler}>
      {children}
    </td>
  </tr>
)

export const DataTable = <Row,>(props: DataTableProps<Row>) => {
  const { label, columns, rows, rowKey, emptyText, foot } = props
  const { say } = useText()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard.
    <section className={styles.tableBox} tabIndex={0} aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" data-align={column.align}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === null ? (
            <Filler columns={columns.length}>
              <span role="status" aria-label={say('app.loading')}>
                <Spin />
              </span>
            </Filler>
          ) : null}
          {rows?.length === 0 ? (
            <Filler columns={columns.length}>
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={emptyText} />
            </Filler>
          ) : null}
          {rows?.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} data-align={column.align} data-wrap={column.wrap}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && rows && rows.length > 0 ? <tfoot>{foot}</tfoot> : null}
      </table>
    </section>
  )
}
