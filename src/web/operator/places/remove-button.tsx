// Removing what was entered wrongly 删除误录: asked once more; where it has a history the server
// says so and it stays.

import { App, Button } from 'antd'
import { useText } from '../../text/i18n.ts'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { useRemove } from './place-data.ts'

type RemoveButtonProps = {
  path: string
  /** What is asked, with the name of what goes. */
  question: string
  /** What the button says, where it is not plain removal. */
  word?: string
  small?: boolean
  onRemoved?: () => void
}

export const RemoveButton = ({ path, question, word, small, onRemoved }: RemoveButtonProps) => {
  const { say } = useText()
  const words = useProblemText()
  const { message, modal } = App.useApp()
  const remove = useRemove(path)
  const verb = word ?? say('place.remove')
  const act = async () => {
    try {
      await remove.mutateAsync(undefined)
      onRemoved?.()
    } catch (error) {
      void message.error({ content: words(problemOf(error)), duration: 6 })
    }
  }
  const ask = () =>
    modal.confirm({
      title: question,
      content: say('place.removeHint'),
      okText: verb,
      cancelText: say('action.cancel'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      onOk: act,
    })
  return (
    <Button
      danger
      size={small ? 'small' : 'middle'}
      type={small ? 'text' : 'default'}
      loading={remove.isPending}
      onClick={ask}
    >
      {verb}
    </Button>
  )
}
