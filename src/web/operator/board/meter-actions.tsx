// What can be done to one meter 电表操作. The buttons say what will be asked of the meter; whether it
// has happened is shown by the figures above them.

import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { linkButton } from '../../ui/link-button.ts'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import styles from './board.module.css'
import { useReadNow } from './command-data.ts'
import { type Mode, ModeDialog } from './mode-dialog.tsx'

const MODES = ['kept', 'tripped', 'prepaid'] as const satisfies readonly Mode[]

const ReadNow = ({ complexId, meterId }: { complexId: number; meterId: number }) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const command = useReadNow(complexId, meterId)
  const read = () => command.read((error) => void message.error(words(problemOf(error))))
  return (
    <Button onClick={read} loading={command.isPending}>
      {say('action.readNow')}
    </Button>
  )
}

type MeterActionsProps = {
  complexId: number
  item: BoardItem
  /** Its account is being closed. */
  closing: boolean
}

export const MeterActions = ({ complexId, item, closing }: MeterActionsProps) => {
  const { say } = useText()
  const [mode, setMode] = useState<Mode | null>(null)
  const maySell = useMay('account.recharge')
  const maySend = useMay('command.send')
  const maySetMode = useMay('command.setMode')
  const mayOpen = useMay('account.open')
  return (
    <div className={styles.actions}>
      {maySell && item.accountId !== null && !closing ? (
        <Link
          to="/sale"
          search={{ account: String(item.accountId), meter: String(item.meterId) }}
          className={linkButton}
        >
          {say('nav.sale')}
        </Link>
      ) : null}
      {mayOpen && item.accountId === null ? (
        <Link to="/accounts/open" search={{ meter: String(item.meterId) }} className={linkButton}>
          {say('account.open')}
        </Link>
      ) : null}
      {maySend ? <ReadNow complexId={complexId} meterId={item.meterId} /> : null}
      {maySetMode
        ? MODES.map((each) => (
            <Button
              key={each}
              danger={each === 'tripped'}
              disabled={each === 'tripped' && item.protected}
              title={each === 'tripped' && item.protected ? say('board.protected') : undefined}
              onClick={() => setMode(each)}
            >
              {say(`mode.do.${each}`)}
            </Button>
          ))
        : null}
      {mode ? (
        <ModeDialog complexId={complexId} item={item} mode={mode} onClose={() => setMode(null)} />
      ) : null}
    </div>
  )
}
