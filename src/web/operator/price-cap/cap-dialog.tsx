// The form of the price cap, in front of what it changes 设定上限.

import { Button, Modal } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { CapForm } from './cap-form.tsx'

export const CapDialog = () => {
  const { say } = useText()
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {say('cap.set')}
      </Button>
      <Modal
        open={open}
        title={say('cap.set')}
        footer={null}
        mask={{ closable: false }}
        onCancel={close}
        destroyOnHidden
      >
        <CapForm onDone={close} />
      </Modal>
    </>
  )
}
