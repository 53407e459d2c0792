// A button that asks for a passkey 通行密钥, and says what came of it.

import { KeyOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { PasskeyCancelled, passkeysWork } from '../api/passkeys.ts'

/** A dialog of the browser that was closed is no error of the server. */
export const PasskeyProblem = ({ error }: { error: unknown }) => {
  const { say } = useText()
  if (!error) return null
  return error instanceof PasskeyCancelled ? (
    <Alert type="warning" showIcon role="alert" title={say('passkey.cancelled')} />
  ) : (
    <ProblemAlert error={error} />
  )
}

type Props<T> = { text: string; ask: () => Promise<T>; onDone?: (answer: T) => void }

/** Nothing where the browser knows no passkeys. */
export const PasskeyButton = <T,>({ text, ask, onDone }: Props<T>) => {
  const asking = useMutation({ mutationFn: ask, onSuccess: (answer) => onDone?.(answer) })
  if (!passkeysWork()) return null
  return (
    <>
      <PasskeyProblem error={asking.error} />
      <Button
        block
        icon={<KeyOutlined aria-hidden />}
        loading={asking.isPending}
        onClick={() => asking.mutate()}
      >
        {text}
      </Button>
    </>
  )
}
