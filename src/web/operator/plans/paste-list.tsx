// Choosing supplies by a pasted list 粘贴清单: what it names is chosen as well, and what it names that
// is not there is told.

import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import type { SupplyPlan } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { namedSupplies } from './named-supplies.ts'

type PasteListProps = {
  supplies: readonly SupplyPlan[]
  onNamed: (supplyIds: ReadonlySet<number>) => void
}

const Told = ({ found, unknown }: { found: number; unknown: readonly string[] }) => {
  const { say } = useText()
  return (
    <Alert
      type={unknown.length > 0 ? 'warning' : 'success'}
      showIcon
      role="status"
      title={say('assign.listFound', { n: found })}
      description={
        unknown.length === 0
          ? undefined
          : say('assign.listUnknown', { n: unknown.length, names: unknown.join(', ') })
      }
    />
  )
}

export const PasteList = ({ supplies, onNamed }: PasteListProps) => {
  const { say } = useText()
  const [text, setText] = useState('')
  const [told, setTold] = useState<{ found: number; unknown: readonly string[] } | null>(null)
  const take = () => {
    const { supplyIds, unknown } = namedSupplies(supplies, text)
    setTold({ found: supplyIds.size, unknown })
    onNamed(supplyIds)
  }
  return (
    <details>
      <summary>{say('assign.list')}</summary>
      <div className={`${layout.stack} ${layout.narrow}`}>
        <Input.TextArea
          aria-label={say('assign.list')}
          rows={4}
          value={text}
          placeholder={say('assign.listHint')}
          onChange={({ target }) => setText(target.value)}
        />
        <div>
          <Button disabled={text.trim() === ''} onClick={take}>
            {say('assign.listTake')}
          </Button>
        </div>
        {told ? <Told {...told} /> : null}
      </div>
    </details>
  )
}
