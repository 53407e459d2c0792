// Setting up the second factor 绑定动态口令: asked of everyone whose role asks for one, before anything
// else can be done.

import { useText } from '../../text/i18n.ts'
import { SetUpTotp } from '../operators/totp-card.tsx'
import { ConfirmIdentityDialog } from './confirm-identity.tsx'
import styles from './login.module.css'

export const TotpPage = () => {
  const { say } = useText()
  return (
    <div className={styles.page}>
      <main className={`${styles.card} ${styles.wide}`}>
        <h1 className={styles.title}>{say('totp.mustSetUp')}</h1>
        <SetUpTotp />
      </main>
      <ConfirmIdentityDialog />
    </div>
  )
}
