// The banner of an unencrypted connection 明文连接横幅: the browser itself knows, whatever stands between
// it and the centre. On the machine itself nothing crosses a network.

import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'

export const InsecureBanner = () => {
  const { say } = useText()
  if (window.isSecureContext) return null
  return <Alert banner type="error" title={say('edge.insecure')} />
}
