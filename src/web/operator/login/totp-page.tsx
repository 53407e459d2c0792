// Setting up the second factor 绑定第二因素: asked of everyone of whom one is asked, before anything
// else can be done.

import { useText } from '../../text/i18n.ts'
import { AddPasskey } from '../operators/passkey-card.tsx'
import { SetUpTotp } from '../operators/totp-card.tsx'
import { ConfirmIdentityDialog } from './confirm-identity.tsx'
import styles from './login.module.css'

export const TotpPage = () => {
  const { say } = useText()
  return (
    <div className={styles.page}>
      <main className={`${styles.card} ${styles.wide}`}>
        <h1 className={styles.title}>{say('factor.mustSetUp')}</h1>
        <SetUpTotp />
        <hr />
        <AddPasskey />
      </main>
      <ConfirmIdentityDialog />
    </div>
  )
}
