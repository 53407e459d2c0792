// Who is refused beforehand and why 不能执行: by reason, with the meters that it concerns.

import { Alert } from 'antd'
import type { RefusedBeforehand } from '../../../http/contract/commands.ts'
import { Name } from '../../ui/name.tsx'

const SHOWN = 30

type Refused = Pick<RefusedBeforehand, 'meterId' | 'meterNo' | 'premises' | 'title'>

const byReason = (refused: readonly Refused[]): [string, Refused[]][] => {
  const reasons = new Map<string, Refused[]>()
  for (const each of refused) {
    const meters = reasons.get(each.title) ?? []
    reasons.set(each.title, meters)
    meters.push(each)
  }
  return [...reasons]
}

type RefusedMetersProps = { title: string; refused: readonly Refused[] }

export const RefusedMeters = ({ title, refused }: RefusedMetersProps) =>
  refused.length === 0 ? null : (
    <Alert
      type="warning"
      showIcon
      title={title}
      description={byReason(refused).map(([reason, meters]) => (
        <div key={reason}>
          {reason} ({meters.length}):{' '}
          {meters.slice(0, SHOWN).map(({ meterId, premises, meterNo }) => (
            <span key={meterId}>
              <Name>{premises}</Name> {meterNo};{' '}
            </span>
          ))}
          {meters.length > SHOWN ? '…' : null}
        </div>
      ))}
    />
  )
