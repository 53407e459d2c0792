// Choosing an own password 修改初始密码: asked of everyone who logs in with a given one, or with one
// that has run out, before anything else can be done.

import { useText } from '../../text/i18n.ts'
import { timeOf, useOfNow } from '../../ui/clock.ts'
import { useSessionState } from '../api/session-store.ts'
import styles from './login.module.css'
import { PasswordForm } from './password-form.tsx'

export const PasswordPage = () => {
  const { say } = useText()
  const { session } = useSessionState()
  const until = timeOf(session?.operator.passwordUntil)
  const expired = useOfNow((nowMs) => until !== null && until <= nowMs)
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <h1 className={styles.title}>{say(expired ? 'login.expired' : 'login.mustChange')}</h1>
        <PasswordForm first />
      </main>
    </div>
  )
}
