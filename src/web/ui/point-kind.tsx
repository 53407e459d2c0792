// What a meter measures 用电类别, as a word: it tells the meters of one shop apart. A kind that we have
// no word for is shown as the registers have it.

import { hasText, useText } from '../text/i18n.ts'
import styles from './ui.module.css'

/** For plain lists, where a label is text. */
export const usePointKind = () => {
  const { say } = useText()
  return (kind: string): string => {
    const key = `pointKind.${kind}`
    return hasText(key) ? say(key) : kind
  }
}

export const PointKind = ({ kind }: { kind: string }) => {
  const word = usePointKind()
  if (kind === '') return null
  const raw = !hasText(`pointKind.${kind}`)
  return (
    <span className={styles.pointKind} translate={raw ? 'no' : undefined}>
      {word(kind)}
    </span>
  )
}
