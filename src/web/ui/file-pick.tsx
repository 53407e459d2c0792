// Choosing a file 选择文件: a button in the language of the page, and what was chosen beside it.

import { UploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ChangeEvent, useRef } from 'react'
import layout from './layout.module.css'

type FilePickProps = {
  id: string
  label: string
  /** Said where nothing is chosen. */
  none: string
  accept: string
  fileName: string | null
  onPick: (file: File | undefined) => void
}

export const FilePick = ({ id, label, none, accept, fileName, onPick }: FilePickProps) => {
  const input = useRef<HTMLInputElement>(null)
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    onPick(event.target.files?.[0])
    // The same file, mended, can be chosen again.
    event.target.value = ''
  }
  return (
    <span className={layout.line}>
      <input ref={input} type="file" hidden accept={accept} onChange={pick} />
      <Button id={id} icon={<UploadOutlined />} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <span>{fileName ?? none}</span>
    </span>
  )
}
