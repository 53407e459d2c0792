// The left menu 菜单: only what the operator's role may open, group by group. A group can be folded
// away, and stays so in this browser; the page that is open is always in sight.

import { DownOutlined, ThunderboltFilled } from '@ant-design/icons'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { useOpenAlarms } from '../alarms/alarm-data.ts'
import { useSessionState } from '../api/session-store.ts'
import { MENU, type MenuGroup } from './menu-rows.ts'
import styles from './shell.module.css'

const OpenAlarms = () => {
  const { say } = useText()
  const open = useOpenAlarms()
  if (open === 0) return null
  return (
    <span className={styles.badge}>
      <span aria-hidden>{open > 99 ? '99+' : open}</span>
      <span className={styles.hidden}>{say('nav.alarmsOpen', { n: open })}</span>
    </span>
  )
}

const FOLDED = 'prewatt.menu.folded'

const remembered = (): string[] => (localStorage.getItem(FOLDED) ?? '').split(',').filter(Boolean)

type GroupProps = { group: MenuGroup; folded: boolean; onFold: () => void }

const Group = ({ group, folded, onFold }: GroupProps) => {
  const { say } = useText()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const holds = group.rows.some(({ to }) => path === to || path.startsWith(`${to}/`))
  const open = holds || !folded
  return (
    <>
      <button type="button" className={styles.group} aria-expanded={open} onClick={onFold}>
        {say(group.text)}
        <DownOutlined aria-hidden />
      </button>
      {open ? (
        <ul>
          {group.rows.map(({ to, text, icon: Icon }) => (
            <li key={to}>
              <Link to={to} className={styles.item} activeProps={{ 'aria-current': 'page' }}>
                <Icon aria-hidden />
                <span>{say(text)}</span>
                {to === '/alarms' ? <OpenAlarms /> : null}
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

export const Menu = ({ hasComplex }: { hasComplex: boolean }) => {
  const { say } = useText()
  const { session } = useSessionState()
  const [folded, setFolded] = useState<readonly string[]>(remembered)
  const menu = useRef<HTMLElement>(null)
  const path = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page that is open has changed.
  useEffect(() => {
    menu.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' })
  }, [path])
  const fold = (text: string) => {
    const next = folded.includes(text) ? folded.filter((one) => one !== text) : [...folded, text]
    localStorage.setItem(FOLDED, next.join(','))
    setFolded(next)
  }
  // Every page shows something of a complex: without one there is nothing to choose.
  const groups = (hasComplex ? MENU : [])
    .map(({ text, rows }) => ({
      text,
      rows: rows.filter(
        ({ permission }) => permission === null || session?.permissions.includes(permission),
      ),
    }))
    .filter(({ rows }) => rows.length > 0)
  return (
    <nav className={styles.menu} aria-label={say('nav.label')} ref={menu}>
      <div className={styles.brand}>
        <ThunderboltFilled aria-hidden className={styles.mark} />
        <span>{say('app.name')}</span>
      </div>
      {groups.map((group) => (
        <Group
          key={group.text}
          group={group}
          folded={folded.includes(group.text)}
          onFold={() => fold(group.text)}
        />
      ))}
    </nav>
  )
}
