// One sheet of 241 × 93 mm paper 票据版式: heading with its number, cells, and a foot with the
// time and which copy it is.

import type { ReactNode } from 'react'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Name } from '../../ui/name.tsx'
import { useComplexName } from '../complex.tsx'
import styles from './receipt.module.css'

export const Cell = ({
  label,
  wide,
  whole,
  children,
}: {
  label: string
  /** Half the sheet. */
  wide?: boolean
  /** A line of its own, of up to three lines of text. */
  whole?: boolean
  children: ReactNode
}) => (
  <div className={styles.cell} data-wide={wide} data-whole={whole}>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

export const Cells = ({ children }: { children: ReactNode }) => (
  <dl className={styles.cells}>{children}</dl>
)

type PartProps = {
  complex: string
  title: string
  /** Null for a sheet that has no number of the series. */
  no: string | null
  at: string
  foot: string
  /** 1 is the original; a later print says on paper that it is a copy 补打. */
  copyNo?: number
  children: ReactNode
}

export const Part = ({ complex, title, no, at, foot, copyNo = 1, children }: PartProps) => {
  const { say } = useText()
  const name = useComplexName(complex)
  return (
    <article className={styles.part}>
      <header>
        <h2>
          <Name>{name}</Name> {title}{' '}
          {copyNo > 1 ? say('receipt.reprint', { n: copyNo - 1 }) : null}
        </h2>
        {no === null ? null : (
          <span>
            {say('sale.receiptNo')} {no}
          </span>
        )}
      </header>
      {children}
      <footer>
        <span>
          <When at={at} />
        </span>
        <span>{foot}</span>
      </footer>
    </article>
  )
}

export const Sheet = ({ children }: { children: ReactNode }) => (
  <div className={styles.sheet}>{children}</div>
)
