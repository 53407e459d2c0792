// Holidays and swapped working days 节假日日历: supplied where a table for the year is known, and the
// complex's own days over it.

import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Calendar, CalendarDay, DayType } from '../../../http/contract/plans.ts'
import { type Language, useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { PastInstead } from '../rerate/preview-past.tsx'
import { Loading } from '../shell/states.tsx'
import styles from './calendar.module.css'
import { daysThrough } from './calendar-days.ts'
import { useCalendar, useSaveCalendar } from './plan-data.ts'
import { DAY_TYPES } from './plan-draft.ts'
import { type MarkedDay, YearGrid } from './year-grid.tsx'

const route = getRouteApi('/shell/calendar')

const dayName = (day: CalendarDay, language: Language): string =>
  (language === 'en' && day.nameEn) || day.name

type SpecialDay = CalendarDay & { own: boolean }

type DayFormProps = {
  year: number
  day: string
  onDay: (day: string) => void
  /** What the day is called now, own or supplied. */
  now: SpecialDay | undefined
  onSet: (days: readonly CalendarDay[]) => void
  onUnset: () => void
}

type DaySpanProps = Pick<DayFormProps, 'year' | 'day' | 'onDay'> & {
  /** Empty: the one day. */
  until: string
  onUntil: (day: string) => void
}

const DaySpan = ({ year, day, onDay, until, onUntil }: DaySpanProps) => {
  const { say } = useText()
  return (
    <>
      <Form.Item label={say('calendar.day')} htmlFor="calendar-day">
        <Input
          id="calendar-day"
          type="date"
          min={`${year}-01-01`}
          max={`${year}-12-31`}
          value={day}
          onChange={(event) => onDay(event.target.value)}
        />
      </Form.Item>
      <Form.Item label={say('calendar.until')} htmlFor="calendar-until">
        <Input
          id="calendar-until"
          type="date"
          min={day}
          max={`${year}-12-31`}
          value={until}
          onChange={(event) => onUntil(event.target.value)}
        />
      </Form.Item>
    </>
  )
}

const DayForm = ({ year, day, onDay, now, onSet, onUnset }: DayFormProps) => {
  const { say } = useText()
  const [type, setType] = useState<DayType>(now?.type ?? 'holiday')
  const [name, setName] = useState(now?.name ?? '')
  const [nameEn, setNameEn] = useState(now?.nameEn ?? '')
  const [until, setUntil] = useState('')
  const inYear = [day, until || day].every((each) => each.startsWith(`${year}-`))
  const days = inYear ? daysThrough(day, until) : []
  return (
    <ActForm>
      <DaySpan year={year} day={day} onDay={onDay} until={until} onUntil={setUntil} />
      <Form.Item label={say('calendar.type')} htmlFor="calendar-type">
        <Select
          id="calendar-type"
          value={type}
          onChange={setType}
          options={DAY_TYPES.map((value) => ({ value, label: say(`dayType.${value}`) }))}
        />
      </Form.Item>
      <TextField
        id="calendar-name"
        label={say('calendar.name')}
        text={name}
        onText={setName}
        maxLength={60}
      />
      <TextField
        id="calendar-name-en"
        label={say('plan.nameEn')}
        text={nameEn}
        onText={setNameEn}
        maxLength={60}
      />
      <div className={layout.line}>
        <Button
          disabled={!inYear}
          onClick={() => onSet(days.map((each) => ({ day: each, type, name, nameEn })))}
        >
          {days.length > 1 ? say('calendar.setDays', { n: days.length }) : say('calendar.set')}
        </Button>
        <Button disabled={now?.own !== true} onClick={onUnset}>
          {say('calendar.unset')}
        </Button>
      </div>
    </ActForm>
  )
}

const Key = () => {
  const { say } = useText()
  return (
    <ul className={styles.key}>
      <li>
        <i data-type="holiday" aria-hidden /> {say('dayType.holiday')}
      </li>
      <li>
        <i data-type="workday" aria-hidden /> {say('calendar.swapped')}
      </li>
      <li>
        <i data-type="weekend" aria-hidden /> {say('dayType.weekend')}
      </li>
    </ul>
  )
}

const SpecialDays = ({
  days,
  onChoose,
}: {
  days: readonly SpecialDay[]
  onChoose: (day: string) => void
}) => {
  const { say, language } = useText()
  return (
    <DataTable<SpecialDay>
      label={say('calendar.days')}
      rows={days}
      rowKey={({ day }) => day}
      emptyText={say('calendar.none')}
      columns={[
        {
          key: 'day',
          title: say('calendar.day'),
          render: ({ day }) => (
            <Button type="link" size="small" onClick={() => onChoose(day)}>
              {day}
            </Button>
          ),
        },
        { key: 'type', title: say('calendar.type'), render: (d) => say(`dayType.${d.type}`) },
        {
          key: 'name',
          title: say('calendar.name'),
          render: (d) => (
            <>
              <Name>{dayName(d, language)}</Name>{' '}
              {d.own ? <Tag tone="busy">{say('calendar.own')}</Tag> : null}
            </>
          ),
        },
      ]}
    />
  )
}

/** The complex's own days over those supplied, in the order of the year. */
const together = (calendar: Calendar, own: readonly CalendarDay[]): SpecialDay[] => {
  const days = new Map<string, SpecialDay>()
  for (const day of calendar.days) if (!day.own) days.set(day.day, day)
  for (const day of own) days.set(day.day, { ...day, own: true })
  return [...days.values()].sort((a, b) => a.day.localeCompare(b.day))
}

const Source = ({ calendar }: { calendar: Calendar }) => {
  const { say } = useText()
  const { year, known, source } = calendar
  if (!known) return <Alert type="warning" showIcon title={say('calendar.unknown', { year })} />
  return source === null ? null : (
    <p className={layout.lead}>
      {say('calendar.source')} <Name>{source}</Name>
    </p>
  )
}

/** The complex's own days while they are edited. */
const useOwnDays = (calendar: Calendar) => {
  const { complexId } = useComplex()
  const [own, setOwn] = useState<readonly CalendarDay[]>(() =>
    calendar.days
      .filter((day) => day.own)
      .map(({ day, type, name, nameEn }) => ({ day, type, name, nameEn })),
  )
  const [changed, setChanged] = useState(false)
  const save = useSaveCalendar()
  const put = (next: readonly CalendarDay[]) => {
    setOwn(next)
    setChanged(true)
  }
  const without = (gone: readonly string[]) => own.filter(({ day }) => !gone.includes(day))
  return {
    own,
    changed,
    save,
    set: (days: readonly CalendarDay[]) => put([...without(days.map(({ day }) => day)), ...days]),
    unset: (day: string) => put(without([day])),
    run: () => {
      const body = { complexId, year: calendar.year, days: [...own] }
      save.mutate(body, { onSuccess: () => setChanged(false) })
    },
  }
}

const Editable = ({ calendar, firstDay }: { calendar: Calendar; firstDay: string }) => {
  const { say, language } = useText()
  const mayEdit = useMay('calendar.edit')
  const { own, changed, save, set, unset, run } = useOwnDays(calendar)
  const [day, setDay] = useState(firstDay)
  const days = together(calendar, own)
  const marked = new Map<string, MarkedDay>(
    days.map((each) => [each.day, { type: each.type, name: dayName(each, language) }]),
  )
  return (
    <div className={layout.withAside}>
      <Card>
        <div className={layout.stack}>
          <Source calendar={calendar} />
          <Key />
          <YearGrid year={calendar.year} marked={marked} chosen={day} onChoose={setDay} />
        </div>
      </Card>
      <div className={layout.stack}>
        {mayEdit ? (
          <Card title={say('calendar.edit')}>
            <div className={layout.stack}>
              <DayForm
                key={day}
                year={calendar.year}
                day={day}
                onDay={setDay}
                now={days.find((each) => each.day === day)}
                onSet={set}
                onUnset={() => unset(day)}
              />
              {changed ? <Alert type="info" showIcon title={say('calendar.unsaved')} /> : null}
              {save.error ? <ProblemAlert error={save.error} /> : null}
              <PastInstead
                error={save.error}
                change={{ kind: 'calendar', year: calendar.year, days: [...own] }}
              />
              <Button type="primary" disabled={!changed} loading={save.isPending} onClick={run}>
                {say('calendar.save')}
              </Button>
            </div>
          </Card>
        ) : null}
        <Card>
          <SpecialDays days={days} onChoose={setDay} />
        </Card>
      </div>
    </div>
  )
}

export const CalendarPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const today = nowIn(useZone()).format('YYYY-MM-DD')
  const year = Number(search.year ?? today.slice(0, 4))
  const { data, error, refetch } = useCalendar(complexId, year)
  const go = (next: number) => void navigate({ search: { year: String(next) } })
  return (
    <Page
      title={`${say('nav.calendar')} ${year}`}
      tools={
        <span className={layout.tools}>
          <Button onClick={() => go(year - 1)}>{year - 1}</Button>
          <Button onClick={() => go(year + 1)}>{year + 1}</Button>
        </span>
      }
    >
      {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Editable
          key={data.year}
          calendar={data}
          firstDay={today.startsWith(`${year}-`) ? today : `${year}-01-01`}
        />
      ) : null}
    </Page>
  )
}
