// Leaving with a plan unsaved 离开提醒: asked first, within the console as by closing the window.

import { useBlocker } from '@tanstack/react-router'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'

/** Navigation after a save says `ignoreBlocker`. */
export const LeaveGuard = ({ isUnsaved }: { isUnsaved: boolean }) => {
  const { say } = useText()
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved && current.pathname !== next.pathname,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  })
  return (
    <Confirm
      open={status === 'blocked'}
      title={say('plan.leave')}
      confirmText={say('plan.leaveDo')}
      danger
      allowed
      busy={false}
      error={null}
      onConfirm={() => proceed?.()}
      onCancel={() => reset?.()}
    >
      {say('plan.leaveText')}
    </Confirm>
  )
}
