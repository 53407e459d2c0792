// The search form above a list 查询表单: it starts from the URL, and 查询 writes it back there, so
// that going back, refreshing and a pasted link show the same rows.

import { Button, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from '../text/i18n.ts'
import styles from './ui.module.css'

export type Filter = {
  key: string
  label: string
  /** A closed choice; free text where absent. */
  options?: readonly { value: string; label: string }[]
  /** A calendar day. */
  day?: true
}

type Values = Record<string, string | undefined>
type SearchFormProps = {
  filters: readonly Filter[]
  search: Values
  onSearch: (next: Values) => void
}

export const SearchForm = ({ filters, search, onSearch }: SearchFormProps) => {
  const { say } = useText()
  const [typed, setTyped] = useState<Values>(search)
  useEffect(() => setTyped(search), [search])
  if (filters.length === 0) return null
  // A new search starts at the first page.
  const submit = (values: Values) => onSearch({ ...values, cursor: undefined })
  const set = (key: string, value: string | undefined): Values => {
    const next = { ...typed, [key]: value === '' ? undefined : value }
    setTyped(next)
    return next
  }
  return (
    <search>
      <form
        className={styles.search}
        onSubmit={(event) => {
          event.preventDefault()
          submit(typed)
        }}
      >
        {filters.map((filter) => (
          <div key={filter.key} className={styles.field}>
            <label htmlFor={`filter-${filter.key}`}>{filter.label}</label>
            {filter.options ? (
              <Select
                id={`filter-${filter.key}`}
                style={{ minWidth: 140 }}
                allowClear
                placeholder={say('list.all')}
                value={typed[filter.key] ?? null}
                options={[...filter.options]}
                onChange={(value: string | null) => submit(set(filter.key, value ?? undefined))}
              />
            ) : (
              <Input
                id={`filter-${filter.key}`}
                type={filter.day ? 'date' : 'text'}
                style={{ width: filter.day ? 150 : 180 }}
                allowClear
                value={typed[filter.key] ?? ''}
                onChange={(event) => set(filter.key, event.target.value)}
              />
            )}
          </div>
        ))}
        <span className={styles.searchActs}>
          <Button type="primary" htmlType="submit">
            {say('list.search')}
          </Button>
          <Button onClick={() => submit({})}>{say('list.reset')}</Button>
        </span>
      </form>
    </search>
  )
}
