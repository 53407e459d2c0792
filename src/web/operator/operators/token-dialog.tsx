// A new token 新增接口令牌: a name, a part of one's permissions, and for how long.

import { Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { MadeToken, NewToken } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { serverNow } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { useAct } from '../api/act.ts'
import { useSessionState } from '../api/session-store.ts'
import { OWN_TOKENS, useLoginPolicy, usePermissions } from './operator-data.ts'
import { PermissionBoxes } from './role-dialog.tsx'
import { type Reach, ScopeFields } from './scope-fields.tsx'

const DAY_MS = 86_400_000
const DAYS = 90

type TokenDialogProps = { onClose: () => void; onMade: (token: string) => void }

type Typed = { name: string; held: string[]; days: number; reach: Reach }
type FieldsProps = { typed: Typed; set: (typed: Typed) => void; daysMax: number }

const Fields = ({ typed, set, daysMax }: FieldsProps) => {
  const { say } = useText()
  const { session } = useSessionState()
  const { data } = usePermissions()
  const own = session?.permissions ?? []
  return (
    <ActForm>
      <TextField
        id="token-name"
        label={say('token.name')}
        text={typed.name}
        hint={say('token.nameHint')}
        maxLength={100}
        onText={(name) => set({ ...typed, name })}
      />
      <Form.Item label={say('role.permissions')}>
        <PermissionBoxes
          permissions={(data?.items ?? []).filter(({ code }) => own.includes(code))}
          held={typed.held}
          onHeld={(held) => set({ ...typed, held })}
        />
      </Form.Item>
      <ScopeFields
        reach={typed.reach}
        everything={say('token.allMine')}
        onReach={(reach) => set({ ...typed, reach })}
      />
      <Form.Item label={say('token.days')} htmlFor="token-days">
        <InputNumber
          id="token-days"
          min={1}
          max={daysMax}
          precision={0}
          value={typed.days}
          onChange={(days) => set({ ...typed, days: days ?? 1 })}
        />
      </Form.Item>
    </ActForm>
  )
}

const bodyOf = ({ name, held, days, reach: { complexes, buildings } }: Typed): NewToken => ({
  ...{ name, permissions: held },
  expiresAt: new Date(serverNow() + days * DAY_MS).toISOString(),
  ...(complexes !== null && { complexes }),
  ...(buildings !== null && { buildings }),
})

export const TokenDialog = ({ onClose, onMade }: TokenDialogProps) => {
  const { say } = useText()
  const policy = useLoginPolicy()
  const daysMax = policy.data?.tokenDaysMax ?? DAYS
  const reach = { complexes: null, buildings: null }
  const [typed, set] = useState<Typed>({ name: '', held: [], days: DAYS, reach })
  const make = useAct<NewToken, MadeToken>('/session/tokens', { renews: [OWN_TOKENS] })
  const confirm = () =>
    make.mutate(bodyOf({ ...typed, days: Math.min(typed.days, daysMax) }), {
      onSuccess: ({ token }) => {
        onMade(token)
        onClose()
      },
    })
  const { complexes, buildings } = typed.reach
  return (
    <Confirm
      open
      title={say('token.new')}
      confirmText={say('token.make')}
      allowed={
        typed.name.trim() !== '' &&
        typed.held.length > 0 &&
        complexes?.length !== 0 &&
        buildings?.length !== 0
      }
      busy={make.isPending}
      error={make.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <Fields typed={typed} set={set} daysMax={daysMax} />
    </Confirm>
  )
}
