// A timed schedule 分时控制 as it is made or changed: its hours, and the circuits that follow them.

import { Checkbox, Form, Select } from 'antd'
import { useState } from 'react'
import type { TimedSchedule } from '../../../http/contract/policy.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { usePoints, useSaveSchedule } from './policy-data.ts'
import { spansOf, spansText } from './spans.ts'
import { DayHours, WeekHours } from './week-hours.tsx'

type Fields = {
  name: string
  nameEn: string
  week: string[]
  ownHoliday: boolean
  holiday: string
  enabled: boolean
  pointIds: number[]
}

const EVENINGS = '18:00-23:00'

const fieldsOf = (schedule: TimedSchedule | null): Fields => ({
  name: schedule?.name ?? '',
  nameEn: schedule?.nameEn ?? '',
  week: schedule?.week.map(spansText) ?? Array.from({ length: 7 }, () => EVENINGS),
  ownHoliday: schedule !== null && schedule.holiday !== null,
  holiday: spansText(schedule?.holiday ?? []),
  enabled: schedule?.enabled ?? true,
  pointIds: schedule?.circuits.map(({ pointId }) => pointId) ?? [],
})

/** Null where hours can't be read or there is no name. */
const askedOf = ({ name, nameEn, week, ownHoliday, holiday, enabled, pointIds }: Fields) => {
  const days = week.map(spansOf)
  const read = days.filter((spans) => spans !== null)
  const free = ownHoliday ? spansOf(holiday) : null
  if (name.trim() === '' || read.length < days.length || (ownHoliday && free === null)) return null
  return { name: name.trim(), nameEn: nameEn.trim(), week: read, holiday: free, enabled, pointIds }
}

const Circuits = ({ complexId, fields, change }: FieldsProps<Fields> & { complexId: number }) => {
  const { say } = useText()
  const points = usePoints(complexId)
  return (
    <Form.Item label={say('timed.circuits')} htmlFor="timed-points">
      <Select
        id="timed-points"
        mode="multiple"
        showSearch={{ optionFilterProp: 'label' }}
        loading={points.isFetching}
        value={fields.pointIds}
        onChange={(pointIds: number[]) => change({ pointIds })}
        options={points.data?.map((point) => ({
          value: point.pointId,
          label: [point.premises, point.name, point.meterNo].filter(Boolean).join(' '),
        }))}
      />
      {points.error ? <ProblemAlert error={points.error} /> : null}
    </Form.Item>
  )
}

const ScheduleFields = ({
  complexId,
  fields,
  change,
}: FieldsProps<Fields> & { complexId: number }) => {
  const { say } = useText()
  return (
    <>
      <TextField
        id="timed-name"
        label={say('sharing.name')}
        text={fields.name}
        maxLength={100}
        onText={(name) => change({ name })}
      />
      <TextField
        id="timed-name-en"
        label={say('sharing.nameEn')}
        text={fields.nameEn}
        maxLength={100}
        onText={(nameEn) => change({ nameEn })}
      />
      <Form.Item label={say('timed.hours')} extra={say('timed.hoursHint')}>
        <WeekHours
          week={fields.week}
          onWeek={(week) => change({ week })}
          more={
            fields.ownHoliday ? (
              <DayHours
                label={say('timed.holiday')}
                text={fields.holiday}
                disabled={false}
                onText={(holiday) => change({ holiday })}
              />
            ) : null
          }
        />
      </Form.Item>
      <Form.Item>
        <Checkbox
          checked={fields.ownHoliday}
          onChange={({ target }) => change({ ownHoliday: target.checked })}
        >
          {say('timed.ownHoliday')}
        </Checkbox>
        <Checkbox
          checked={fields.enabled}
          onChange={({ target }) => change({ enabled: target.checked })}
        >
          {say('timed.enabled')}
        </Checkbox>
      </Form.Item>
      <Circuits complexId={complexId} fields={fields} change={change} />
    </>
  )
}

type Props = { complexId: number; schedule: TimedSchedule | null; onClose: () => void }

export const TimedDialog = ({ complexId, schedule, onClose }: Props) => {
  const { say } = useText()
  const save = useSaveSchedule(schedule?.scheduleId ?? null)
  const [fields, setFields] = useState(() => fieldsOf(schedule))
  const asked = askedOf(fields)
  return (
    <Confirm
      open
      title={say(schedule ? 'timed.change' : 'timed.new')}
      confirmText={say('policy.save')}
      widthPx={860}
      allowed={asked !== null}
      busy={save.isPending}
      error={save.error}
      onConfirm={() => {
        if (asked) save.mutate({ complexId, ...asked }, { onSuccess: onClose })
      }}
      onCancel={onClose}
    >
      <ActForm>
        <ScheduleFields
          complexId={complexId}
          fields={fields}
          change={(part) => setFields({ ...fields, ...part })}
        />
      </ActForm>
    </Confirm>
  )
}
