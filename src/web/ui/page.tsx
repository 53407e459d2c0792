// Page frame 页面框架: the way back, title, tools at its right, cards, and label-value lists.

import { type ReactNode, useEffect } from 'react'
import { useText } from '../text/i18n.ts'
import { Name } from './name.tsx'
import styles from './ui.module.css'

export const Page = ({
  title,
  name,
  trail,
  tools,
  children,
}: {
  title: string
  /** Of what the page is about, as the registers spell it. */
  name?: string
  /** Links to where this page is looked for, the nearest last. */
  trail?: ReactNode
  tools?: ReactNode
  children: ReactNode
}) => {
  const { say } = useText()
  useEffect(() => {
    document.title = `${[title, name].filter(Boolean).join(' ')} · ${say('app.name')}`
  }, [title, name, say])
  return (
    <div className={styles.page}>
      <div className={styles.pageHead}>
        {trail ? (
          <nav className={styles.trail} aria-label={say('app.trail')}>
            {trail}
          </nav>
        ) : null}
        <h1>
          {title} {name === undefined ? null : <Name>{name}</Name>}
        </h1>
        {tools ? <div>{tools}</div> : null}
      </div>
      {children}
    </div>
  )
}

export const Card = ({ title, children }: { title?: ReactNode; children: ReactNode }) => (
  <section className={styles.card}>
    {title ? <h2 className={styles.cardTitle}>{title}</h2> : null}
    {children}
  </section>
)

/** Label and value pairs, one a line; a null pair is left out. */
export const Facts = ({ rows }: { rows: readonly ([string, ReactNode] | null)[] }) => (
  <dl className={styles.facts}>
    {rows.map((row) =>
      row === null ? null : (
        <div key={row[0]} style={{ display: 'contents' }}>
          <dt>{row[0]}</dt>
          <dd>{row[1]}</dd>
        </div>
      ),
    )}
  </dl>
)
