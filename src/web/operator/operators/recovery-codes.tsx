// Recovery codes 恢复码, shown once: each lets in once without the telephone or the key.

import { Alert, Button } from 'antd'
import { useText } from '../../text/i18n.ts'
import styles from './operators.module.css'

type Props = { codes: readonly string[]; onSeen: () => void }

export const RecoveryCodesOnce = ({ codes, onSeen }: Props) => {
  const { say } = useText()
  return (
    <>
      <Alert type="warning" role="status" title={say('totp.codesHint')} />
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button type="primary" onClick={onSeen}>
        {say('totp.codesKept')}
      </Button>
    </>
  )
}
