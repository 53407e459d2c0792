// When many alarms are one 报警风暴.

import { Button } from 'antd'
import { useState } from 'react'
import type { AlarmSettings, StormSettings } from '../../../http/contract/alarms.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { useSaveSetting } from './alarm-data.ts'
import { wholeWithin } from './whole.ts'

type Body = { complexId: number; settings: StormSettings; reason: string }

export const StormCard = ({ storm }: { storm: AlarmSettings['storm'] }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const mayEdit = useMay('alarm.edit')
  const save = useSaveSetting<Body>('/alarm-storm')
  const [alarms, setAlarms] = useState(String(storm.settings.alarms))
  const [minutes, setMinutes] = useState(String(storm.settings.minutes))
  const [reason, setReason] = useState('')
  const [n, within] = [wholeWithin(alarms, 5, 1_000), wholeWithin(minutes, 1, 120)]
  const send = () => {
    if (n === null || within === null) return
    const settings = { alarms: n, minutes: within }
    save.mutate({ complexId, settings, reason: reason.trim() })
  }
  return (
    <Card title={say('alarms.storm')}>
      <p className={layout.lead}>{say('alarms.stormMeans')}</p>
      <fieldset disabled={!mayEdit} style={{ border: 0, padding: 0, margin: 0 }}>
        <ActForm>
          <div className={layout.line}>
            <TextField
              id="storm-alarms"
              label={say('alarms.stormAlarms')}
              text={alarms}
              onText={setAlarms}
            />
            <TextField
              id="storm-minutes"
              label={say('alarms.stormMinutes')}
              text={minutes}
              onText={setMinutes}
            />
            <WhyField id="storm-reason" text={reason} onText={setReason} />
            <Button
              disabled={n === null || within === null || reason.trim() === ''}
              loading={save.isPending}
              onClick={send}
            >
              {say('policy.save')}
            </Button>
          </div>
        </ActForm>
      </fieldset>
      {save.error ? <ProblemAlert error={save.error} /> : null}
    </Card>
  )
}
