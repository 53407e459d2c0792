// Which columns of a list are shown 列设置, remembered in this browser by the list's name.

import { SettingOutlined } from '@ant-design/icons'
import { Button, Checkbox, Popover } from 'antd'
import { useState } from 'react'
import { useText } from '../text/i18n.ts'

const remembered = (name: string): string[] =>
  (localStorage.getItem(`prewatt.columns.${name}`) ?? '').split(',').filter((key) => key !== '')

type HiddenColumns = { keys: readonly string[]; set: (keys: readonly string[]) => void }

export const useHiddenColumns = (name: string): HiddenColumns => {
  const [keys, setKeys] = useState<readonly string[]>(() => remembered(name))
  const set = (next: readonly string[]) => {
    localStorage.setItem(`prewatt.columns.${name}`, next.join(','))
    setKeys(next)
  }
  return { keys, set }
}

export const ColumnSettings = ({
  columns,
  hidden,
}: {
  columns: readonly { key: string; title: string }[]
  hidden: HiddenColumns
}) => {
  const { say } = useText()
  const choices = columns.map((column) => (
    <Checkbox
      key={column.key}
      checked={!hidden.keys.includes(column.key)}
      onChange={(event) =>
        hidden.set(
          event.target.checked
            ? hidden.keys.filter((key) => key !== column.key)
            : [...hidden.keys, column.key],
        )
      }
    >
      {column.title}
    </Checkbox>
  ))
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={<div style={{ display: 'flex', flexDirection: 'column', gap: 4 }}>{choices}</div>}
    >
      <Button type="text" icon={<SettingOutlined />} aria-label={say('list.columns')} />
    </Popover>
  )
}
