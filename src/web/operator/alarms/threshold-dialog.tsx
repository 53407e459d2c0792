// Setting an overload threshold 设定过载阈值: for what was chosen, or for a whole level.

import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { ThresholdLevel } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useBuildings } from '../collection/collection-data.ts'
import { useComplex } from '../complex.tsx'
import { usePlans, useSaveThresholds } from './threshold-data.ts'
import { delayOf, wattsOf } from './threshold-rows.ts'

const LEVELS = ['complex', 'plan', 'building'] as const

type Place = { level: ThresholdLevel; ids: number[] }

const useChoices = (level: ThresholdLevel): { value: number; label: string }[] => {
  const { language } = useText()
  const { complexId } = useComplex()
  const plans = usePlans(complexId).data?.items ?? []
  const buildings = useBuildings(complexId).data?.items ?? []
  const nameOf = (one: { name: string; nameEn: string }) =>
    language === 'en' && one.nameEn !== '' ? one.nameEn : one.name
  if (level === 'plan') return plans.map((one) => ({ value: one.planId, label: nameOf(one) }))
  if (level !== 'building') return []
  return buildings.map((one) => ({ value: one.buildingId, label: nameOf(one) }))
}

const LevelFields = ({ place, change }: { place: Place; change: (place: Place) => void }) => {
  const { say } = useText()
  const choices = useChoices(place.level)
  return (
    <>
      <Form.Item label={say('alarms.level')} htmlFor="threshold-level">
        <Select
          id="threshold-level"
          value={place.level}
          options={LEVELS.map((value) => ({ value, label: say(`alarms.level.${value}`) }))}
          onChange={(level) => change({ level, ids: [] })}
        />
      </Form.Item>
      {place.level === 'complex' ? null : (
        <Form.Item label={say('alarms.which')} htmlFor="threshold-which">
          <Select
            id="threshold-which"
            mode="multiple"
            value={place.ids}
            options={choices}
            onChange={(ids: number[]) => change({ ...place, ids })}
          />
        </Form.Item>
      )}
    </>
  )
}

const titleOf = (say: Say, supplies: readonly number[] | null): string =>
  supplies === null ? say('alarms.setLevel') : say('alarms.setSupplies', { n: supplies.length })

type Props = {
  /** Chosen supplies; null: a level above them is chosen here. */
  supplies: number[] | null
  onClose: () => void
}

export const ThresholdDialog = ({ supplies, onClose }: Props) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const save = useSaveThresholds()
  const [place, setPlace] = useState<Place>(
    supplies === null ? { level: 'complex', ids: [] } : { level: 'supply', ids: supplies },
  )
  const [power, setPower] = useState('')
  const [delay, setDelay] = useState('60')
  const [reason, setReason] = useState('')
  const [powerW, delayS] = [wattsOf(power), delayOf(delay)]
  const isPlaced = place.level === 'complex' || place.ids.length > 0
  const isGiven = isPlaced && reason.trim() !== ''
  const send = (value: { powerW: number; delayS: number } | null) =>
    save.mutate({ complexId, ...place, value, reason: reason.trim() }, { onSuccess: onClose })
  return (
    <Confirm
      open
      title={titleOf(say, supplies)}
      confirmText={say('policy.save')}
      allowed={powerW !== null && delayS !== null && isGiven}
      busy={save.isPending}
      error={save.error}
      onConfirm={() => {
        if (powerW !== null && delayS !== null) send({ powerW, delayS })
      }}
      onCancel={onClose}
    >
      <ActForm>
        {supplies === null ? <LevelFields place={place} change={setPlace} /> : null}
        <TextField
          id="threshold-power"
          label={say('alarms.powerKw')}
          text={power}
          decimal
          onText={setPower}
        />
        <TextField
          id="threshold-delay"
          label={say('alarms.delayS')}
          text={delay}
          onText={setDelay}
        />
        <WhyField id="threshold-reason" text={reason} onText={setReason} />
        <Button disabled={!isGiven} onClick={() => send(null)}>
          {say('alarms.inherit')}
        </Button>
      </ActForm>
    </Confirm>
  )
}
