// A table of the server as a file 导出按钮, in the language of the console.

import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { download, type Query } from './client.ts'

type DownloadButtonProps = { path: string; query: Query; text: string }

export const DownloadButton = ({ path, query, text }: DownloadButtonProps) => {
  const words = useProblemText()
  const { message } = App.useApp()
  const save = useMutation({
    mutationFn: () => download(path, query),
    onError: (error) => void message.error(words(problemOf(error))),
  })
  return (
    <Button loading={save.isPending} onClick={() => save.mutate()}>
      {text}
    </Button>
  )
}
