// The log-in dialog in place 会话过期: what was being typed stays, and the call that was refused goes
// on once the operator has logged in again.

import { useNavigate } from '@tanstack/react-router'
import { Modal } from 'antd'
import { useText } from '../../text/i18n.ts'
import { endSession, useSessionState } from '../api/session-store.ts'
import { LoginForm } from './login-form.tsx'

export const LapsedDialog = () => {
  const { say } = useText()
  const { session, lapsed } = useSessionState()
  const navigate = useNavigate()
  const leave = () => {
    endSession()
    void navigate({ to: '/login' })
  }
  return (
    <Modal
      open={lapsed && session !== null}
      title={say('login.lapsed')}
      footer={null}
      onCancel={leave}
      mask={{ closable: false }}
      width={380}
      destroyOnHidden
    >
      <p>{say('login.lapsedText')}</p>
      <LoginForm username={session?.operator.username} onDone={() => {}} />
    </Modal>
  )
}
