// Before and after 变更前后, side by side: what was is struck out.

import { Name } from '../../ui/name.tsx'
import { differenceOf } from './difference.ts'
import styles from './operators.module.css'

export const AuditDifference = ({ before, after }: { before: unknown; after: unknown }) => {
  const rows = differenceOf(before, after)
  if (rows.length === 0) return '—'
  return (
    <ul className={styles.diff}>
      {rows.map((row) => (
        <li key={row.key}>
          <Name>
            {row.key}: {row.before === null ? null : <del>{row.before}</del>}{' '}
            {row.after === null ? null : <ins>{row.after}</ins>}
          </Name>
        </li>
      ))}
    </ul>
  )
}
