// Confirmation of an act that cuts power or cannot be taken back 危险操作确认: it names what will
// happen, the danger button is never the default, and Enter does not press it.

import { Modal } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '../text/i18n.ts'
import { ProblemAlert } from './problem.tsx'

type ConfirmProps = {
  open: boolean
  title: string
  confirmText: string
  danger?: boolean
  widthPx?: number
  allowed: boolean
  busy: boolean
  error: unknown
  onConfirm: () => void
  onCancel: () => void
  children: ReactNode
}

export const Confirm = ({
  open,
  title,
  confirmText,
  danger,
  widthPx,
  allowed,
  busy,
  error,
  onConfirm,
  onCancel,
  children,
}: ConfirmProps) => {
  const { say } = useText()
  return (
    <Modal
      open={open}
      title={title}
      width={widthPx}
      okText={confirmText}
      cancelText={say('action.cancel')}
      okButtonProps={{ danger: danger === true, disabled: !allowed }}
      confirmLoading={busy}
      onOk={onConfirm}
      onCancel={onCancel}
      // A stray click beside the dialog must not throw away what was typed.
      mask={{ closable: false }}
      destroyOnHidden
    >
      {children}
      {error ? <ProblemAlert error={error} /> : null}
    </Modal>
  )
}
