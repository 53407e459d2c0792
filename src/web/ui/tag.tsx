// A small label by colour, word and icon 标签; every pair of colours reaches 4.5:1.

import type { ReactNode } from 'react'
import styles from './ui.module.css'

export type Tone = 'plain' | 'busy' | 'good' | 'warn' | 'bad'

type TagProps = { tone: Tone; icon?: ReactNode; children: ReactNode }

export const Tag = ({ tone, icon, children }: TagProps) => (
  <span className={styles.tag} data-tone={tone}>
    {icon} {children}
  </span>
)
