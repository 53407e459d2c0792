// One alarm 报警详情: what was measured, what was done about it and by whom, and what can be done now.

import { Link } from '@tanstack/react-router'
import { Button, Drawer, Form, Select, Skeleton } from 'antd'
import { useState } from 'react'
import type { Alarm, AlarmDetail, AlarmEvent } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { timeOf, useNow } from '../../ui/clock.ts'
import { ActForm, TextField } from '../../ui/form.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Lasting, Subject, TakenUp } from './alarm-cells.tsx'
import { useAcknowledge, useAlarm, useNote, useShelve, useUnshelve } from './alarm-data.ts'
import styles from './alarms.module.css'
import { factRows } from './fact-rows.tsx'
import { Severity } from './severity.tsx'

const SHELVES = [60, 240, 480, 1_440, 4_320, 10_080] as const

const listOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '')

const eventText = (say: Say, { kind, facts }: AlarmEvent): string => {
  if (kind === 'escalated')
    return say('alarms.event.escalated', {
      n: Number(facts.step),
      whom: listOf(facts.roles) || listOf(facts.operatorIds),
    })
  if (kind === 'shelved') return say('alarms.event.shelved', { n: Number(facts.minutes) })
  return say(`alarms.event.${kind}`)
}

const Events = ({ alarm }: { alarm: AlarmDetail }) => {
  const { say } = useText()
  return (
    <ol className={styles.events}>
      <li>
        {say('alarms.event.raised')}{' '}
        <small>
          <When at={alarm.raisedAt} />
        </small>
      </li>
      {alarm.events.map((event) => (
        <li key={`${event.kind}/${event.at}/${event.note}`}>
          {eventText(say, event)}{' '}
          <small>
            <When at={event.at} />{' '}
            {event.operator === null ? say('alarms.system') : <Name>{event.operator}</Name>}
          </small>
          {event.note === '' ? null : (
            <div>
              <Name>{event.note}</Name>
            </div>
          )}
        </li>
      ))}
      {alarm.clearedAt === null ? null : (
        <li>
          {say('alarms.event.cleared')}{' '}
          <small>
            <When at={alarm.clearedAt} />
          </small>
        </li>
      )}
    </ol>
  )
}

const Noting = ({ alarmId }: { alarmId: string }) => {
  const { say } = useText()
  const act = useNote(alarmId)
  const [note, setNote] = useState('')
  const send = () => act.mutate({ note: note.trim() }, { onSuccess: () => setNote('') })
  return (
    <>
      <TextField
        id="alarm-note"
        label={say('alarms.note')}
        text={note}
        maxLength={500}
        onText={setNote}
      />
      <Button disabled={note.trim() === ''} loading={act.isPending} onClick={send}>
        {say('alarms.addNote')}
      </Button>
      {act.error ? <ProblemAlert error={act.error} /> : null}
    </>
  )
}

const Shelving = ({ alarm }: { alarm: Alarm }) => {
  const { say } = useText()
  const shelve = useShelve(alarm.alarmId)
  const unshelve = useUnshelve(alarm.alarmId)
  const now = useNow()
  const [minutes, setMinutes] = useState<number>(SHELVES[0])
  const [reason, setReason] = useState('')
  const isShelved = (timeOf(alarm.shelvedUntil) ?? 0) > now
  if (isShelved)
    return (
      <Button loading={unshelve.isPending} onClick={() => unshelve.mutate(undefined)}>
        {say('alarms.unshelve')}
      </Button>
    )
  return (
    <>
      <Form.Item label={say('alarms.shelveFor')} htmlFor="shelve-for">
        <Select
          id="shelve-for"
          value={minutes}
          options={SHELVES.map((value) => ({
            value,
            label: say('alarms.hours', { n: value / 60 }),
          }))}
          onChange={setMinutes}
        />
      </Form.Item>
      <WhyField id="shelve-reason" text={reason} onText={setReason} />
      <Button
        disabled={reason.trim() === ''}
        loading={shelve.isPending}
        onClick={() => shelve.mutate({ minutes, reason: reason.trim() })}
      >
        {say('alarms.shelve')}
      </Button>
      {shelve.error ? <ProblemAlert error={shelve.error} /> : null}
    </>
  )
}

const Acting = ({ alarm }: { alarm: AlarmDetail }) => {
  const { say } = useText()
  const may = useMay('alarm.acknowledge')
  const act = useAcknowledge()
  if (!may) return null
  const { alarmId, clearedAt, acknowledgedAt } = alarm
  return (
    <>
      {clearedAt === null && acknowledgedAt === null ? (
        <Button
          type="primary"
          loading={act.isPending}
          onClick={() => act.mutate({ alarmIds: [alarmId] })}
        >
          {say('alarm.acknowledge')}
        </Button>
      ) : null}
      {act.error ? <ProblemAlert error={act.error} /> : null}
      <ActForm>
        <Noting alarmId={alarmId} />
      </ActForm>
      {clearedAt === null ? (
        <>
          <h3>{say('alarms.shelve')}</h3>
          <ActForm>
            <Shelving alarm={alarm} />
          </ActForm>
        </>
      ) : null}
    </>
  )
}

const Content = ({ alarm }: { alarm: AlarmDetail }) => {
  const { say, language } = useText()
  return (
    <div className={styles.drawer}>
      <Facts
        rows={[
          [say('alarm.severity'), <Severity key="severity" severity={alarm.severity} />],
          [say('alarm.subject'), <Subject key="subject" alarm={alarm} />],
          alarm.building === null
            ? null
            : [
                say('meters.building'),
                <Called key="building" zh={alarm.building} en={alarm.buildingEn} />,
              ],
          alarm.gateway === null
            ? null
            : [
                say('meter.gateway'),
                <Called key="gateway" zh={alarm.gateway} en={alarm.gatewayEn} />,
              ],
          [say('alarms.lasts'), <Lasting key="lasts" alarm={alarm} />],
          [say('alarms.takenUp'), <TakenUp key="taken" alarm={alarm} />],
          ...factRows(say, language, alarm.facts),
        ]}
      />
      {alarm.covered > 0 ? (
        <Link to="/alarms/history" search={{ parentId: alarm.alarmId }}>
          {say('alarms.coversLook', { n: alarm.covered })}
        </Link>
      ) : null}
      {alarm.parentId ? (
        <Link to="/alarms" search={{ alarm: alarm.parentId }}>
          {say('alarms.coveredBy')}
        </Link>
      ) : null}
      <h3>{say('alarms.events')}</h3>
      <Events alarm={alarm} />
      <Acting alarm={alarm} />
    </div>
  )
}

type DrawerProps = { alarmId: string; onClose: () => void }

export const AlarmDrawer = ({ alarmId, onClose }: DrawerProps) => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useAlarm(complexId, alarmId)
  return (
    <Drawer
      open
      size={560}
      title={data ? data.title[language] : say('alarm.title')}
      onClose={onClose}
      mask={{ closable: true }}
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <Content alarm={data} /> : <Skeleton active />}
    </Drawer>
  )
}
