// Choosing an own password 修改初始密码: asked of everyone who logs in with a given one, before anything
// else can be done.

import { useText } from '../../text/i18n.ts'
import styles from './login.module.css'
import { PasswordForm } from './password-form.tsx'

export const PasswordPage = () => {
  const { say } = useText()
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <h1 className={styles.title}>{say('login.mustChange')}</h1>
        <PasswordForm first />
      </main>
    </div>
  )
}
