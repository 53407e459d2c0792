// The warning that a meter is held 挂起提示, with the way to whoever may look into it.

import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'
import { useMay } from '../api/session-store.ts'

export const HeldAlert = ({ meterId }: { meterId: number }) => {
  const { say } = useText()
  const mayView = useMay('sale.view')
  return (
    <Alert
      type="error"
      showIcon
      title={
        <>
          {say('board.heldText')}{' '}
          {mayView ? (
            <Link to="/holds" search={{ meter: String(meterId) }}>
              {say('hold.go')}
            </Link>
          ) : null}
        </>
      }
    />
  )
}
