// One field of a form with what the server said about it 表单字段: the refusal names the field, in
// words where it brings some, otherwise by the rule that was broken.

import { Form } from 'antd'
import type { ReactNode } from 'react'
import { hasText, type Language, type Say, useText } from '../../text/i18n.ts'
import { problemOf } from '../../ui/problem.tsx'

type FieldProblem = { field: string; words: string }

const wordsOf = (
  facts: Record<string, unknown>,
  title: string,
  language: Language,
  say: Say,
): string => {
  const told = facts[language]
  if (typeof told === 'string') return told
  const rule = typeof facts.rule === 'string' ? `rule.${facts.rule}` : ''
  return hasText(rule) ? say(rule) : title
}

/** What is wrong with which field; null where the error names none. */
export const useFieldProblem = (error: unknown): FieldProblem | null => {
  const { say, language } = useText()
  if (!error) return null
  const { facts, title } = problemOf(error)
  if (typeof facts.field !== 'string') return null
  return { field: facts.field, words: wordsOf(facts, title, language, say) }
}

type FieldProps = {
  /** As the server names it, e.g. `link.port`. */
  name: string
  label: string
  error: unknown
  className?: string
  hint?: string | undefined
  children: ReactNode
}

export const Field = ({ name, label, error, className, hint, children }: FieldProps) => {
  const problem = useFieldProblem(error)
  const own = problem?.field === name ? problem.words : undefined
  return (
    <Form.Item
      className={className}
      label={label}
      htmlFor={`field-${name}`}
      validateStatus={own === undefined ? '' : 'error'}
      help={own}
      extra={hint}
    >
      {children}
    </Form.Item>
  )
}
