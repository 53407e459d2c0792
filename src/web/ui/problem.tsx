// What went wrong 错误提示: the server's own words in the reader's language with its short code, where
// to look, and what to do where it can be said.

import { Alert, Button } from 'antd'
import type { Problem } from '../../http/contract.ts'
import { useText } from '../text/i18n.ts'
import { kwhText } from './money-text.ts'
import { Name } from './name.tsx'
import styles from './ui.module.css'

/** An answer that is a refusal, or no answer at all (code `network`). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

export const NETWORK = 'network'

/** What a caught value says, as a problem. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError
    ? error.problem
    : { type: 'about:blank', title: String(error), status: 0, code: 'page', facts: {} }

/** The words of a problem: the server's, or ours where no answer came. */
export const useProblemText = () => {
  const { say } = useText()
  return (problem: Problem): string =>
    problem.code === NETWORK ? say('problem.network') : problem.title
}

/** Of all the facts of a refusal those that tell somebody where to look. */
const TELLING = [
  ...(['day', 'month', 'meterNo', 'accountNo', 'operators'] as const),
  ...(['mainWh', 'shopsWh', 'items'] as const),
]

const Telling = ({ facts }: { facts: Problem['facts'] }) => {
  const { say } = useText()
  const told = TELLING.flatMap((name) => {
    const value = facts[name]
    if (typeof value === 'number' && name.endsWith('Wh'))
      return `${say(`problem.fact.${name}`)} ${kwhText(value)} kWh`
    return typeof value === 'string' && value !== ''
      ? `${say(`problem.fact.${name}`)} ${value}`
      : []
  })
  if (told.length === 0) return null
  return <Name className={styles.telling}>{told.join(' · ')}</Name>
}

export const ProblemAlert = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => {
  const { say } = useText()
  const words = useProblemText()
  const problem = problemOf(error)
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={
        <span>
          {words(problem)} <code className={styles.code}>{problem.code}</code>
          <Telling facts={problem.facts} />
        </span>
      }
      action={
        onRetry ? (
          <Button size="small" onClick={onRetry}>
            {say('action.retry')}
          </Button>
        ) : undefined
      }
    />
  )
}
