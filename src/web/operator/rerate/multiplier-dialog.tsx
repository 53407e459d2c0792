// Correcting a multiplier 更正倍率: from a day of the installation on; what it changes is previewed,
// and somebody else agrees, before anything is multiplied otherwise.

import { Button, Form, Input, InputNumber, Modal, Radio } from 'antd'
import { useState } from 'react'
import type { MeterCollection } from '../../../http/contract/collection.ts'
import type { PastChange } from '../../../http/contract/rerate.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm } from '../../ui/form.tsx'
import { useMay } from '../api/session-store.ts'
import { PreviewPast } from './preview-past.tsx'

type Installation = MeterCollection['installations'][number]
type Side = Installation['side']
const SIDES = ['primary', 'secondary'] as const satisfies readonly Side[]
const MULTIPLIER_MAX = 100_000

const Fields = ({ installation }: { installation: Installation }) => {
  const { say } = useText()
  const { installationId, since } = installation
  const [multiplier, setMultiplier] = useState<number | null>(installation.multiplier)
  const [side, setSide] = useState<Side>(installation.side)
  const [effectiveFrom, setFrom] = useState(since.slice(0, 10))
  const same = multiplier === installation.multiplier && side === installation.side
  const change: PastChange | null =
    multiplier === null || same || effectiveFrom === ''
      ? null
      : { kind: 'multiplier', installationId, effectiveFrom, multiplier, side }
  return (
    <>
      <ActForm>
        <Form.Item label={say('meter.multiplier')} htmlFor="multiplier">
          <InputNumber
            id="multiplier"
            min={1}
            max={MULTIPLIER_MAX}
            precision={0}
            value={multiplier}
            onChange={setMultiplier}
          />
        </Form.Item>
        <Form.Item label={say('rerate.side')}>
          <Radio.Group
            value={side}
            onChange={({ target }) => setSide(target.value)}
            options={SIDES.map((value) => ({ value, label: say(`side.${value}`) }))}
          />
        </Form.Item>
        <Form.Item label={say('plan.effectiveDay')} htmlFor="multiplier-from">
          <Input
            id="multiplier-from"
            type="date"
            style={{ width: 170 }}
            min={since.slice(0, 10)}
            value={effectiveFrom}
            onChange={({ target }) => setFrom(target.value)}
          />
        </Form.Item>
      </ActForm>
      <PreviewPast change={change} />
    </>
  )
}

export const MultiplierButton = ({ installation }: { installation: Installation }) => {
  const { say } = useText()
  const [open, setOpen] = useState(false)
  const mayEdit = useMay('register.edit')
  const mayMake = useMay('rerate.make')
  if (!mayEdit || !mayMake) return null
  return (
    <>
      <Button size="small" data-testid="correct-multiplier" onClick={() => setOpen(true)}>
        {say('rerate.multiplier')}
      </Button>
      {open ? (
        <Modal open title={say('rerate.multiplier')} footer={null} onCancel={() => setOpen(false)}>
          <Fields installation={installation} />
        </Modal>
      ) : null}
    </>
  )
}
