// Deciding about a reading 裁定读数: accepted it is billed, rejected it never is; the reading itself
// stays as it was. The person says why.

import { App, Form, Radio } from 'antd'
import { useState } from 'react'
import type { DecideRequest, Reading } from '../../../http/contract/readings.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Energy } from '../../ui/money.tsx'
import { Facts } from '../../ui/page.tsx'
import { Doubts } from '../meters/doubts.tsx'
import { PastInstead } from '../rerate/preview-past.tsx'
import { useDecide } from './suspect-data.ts'
import styles from './suspects.module.css'

type Verdict = DecideRequest['verdict']
const VERDICTS = ['accepted', 'rejected'] as const satisfies readonly Verdict[]

type Fields = { verdict: Verdict | null; reason: string }

const DecideFields = ({
  verdict,
  reason,
  onFields,
}: Fields & { onFields: (next: Fields) => void }) => {
  const { say } = useText()
  return (
    <div className={styles.form}>
      <ActForm>
        <Form.Item label={say('suspect.verdict')}>
          <Radio.Group
            className={layout.choices}
            value={verdict}
            onChange={(event) => onFields({ verdict: event.target.value, reason })}
          >
            {VERDICTS.map((each) => (
              <Radio key={each} value={each}>
                <strong>{say(`verdict.do.${each}`)}</strong> {say(`verdict.means.${each}`)}
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <TextField
          id="suspect-why"
          label={say('suspect.why')}
          text={reason}
          onText={(reason) => onFields({ verdict, reason })}
          maxLength={200}
        />
      </ActForm>
    </div>
  )
}

type Decidable = Pick<Reading, 'at' | 'source' | 'energyWh' | 'doubts'> & {
  complexId: number
  meterId: number
}
type DecideDialogProps = { suspect: Decidable; title: string; onClose: () => void }

export const DecideDialog = ({ suspect, title, onClose }: DecideDialogProps) => {
  const { say } = useText()
  const [fields, setFields] = useState<Fields>({ verdict: null, reason: '' })
  const { verdict } = fields
  const decide = useDecide()
  const { message } = App.useApp()
  const { complexId, meterId, at, source } = suspect
  const why = fields.reason.trim()
  const confirm = () => {
    if (verdict === null || why === '') return
    const body = { complexId, meterId, at, source, verdict, reason: why }
    decide.mutate(body, {
      onSuccess: ({ following }) => {
        if (following > 0) void message.info(say('suspect.following', { n: following }))
        onClose()
      },
    })
  }
  return (
    <Confirm
      open
      title={`${say('suspect.decide')} ${title}`}
      confirmText={say(verdict === null ? 'suspect.decide' : `verdict.do.${verdict}`)}
      danger={verdict === 'rejected'}
      allowed={verdict !== null && why !== ''}
      busy={decide.isPending}
      error={decide.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <Facts
        rows={[
          [say('readings.at'), <When key="a" at={at} />],
          [say('readings.energy'), <Energy key="e" wh={suspect.energyWh} />],
          [say('readings.doubts'), <Doubts key="d" doubts={suspect.doubts} />],
        ]}
      />
      <DecideFields {...fields} onFields={setFields} />
      <PastInstead
        error={decide.error}
        note={why}
        change={verdict && { kind: 'reading', meterId, at, source, verdict }}
      />
    </Confirm>
  )
}
