// Seasons of a draft 季节: their days of the year, and a table for each kind of day.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input } from 'antd'
import type { DayType, Period } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { replaced, without } from '../../ui/lists.ts'
import { daysNamed } from './bands.ts'
import { Faults, useStatus } from './faults.tsx'
import {
  copied,
  DAY_TYPES,
  newKey,
  newSeason,
  type SeasonDraft,
  type SwitchDraft,
} from './plan-draft.ts'
import styles from './plans.module.css'
import { type NamedTable, TableFields } from './table-fields.tsx'
import { YearBand } from './year-band.tsx'

type SeasonProps = {
  place: string
  season: SeasonDraft
  onSeason: (season: SeasonDraft) => void
  onRemove: (() => void) | null
  onCopy: () => void
  priceOf: (period: Period) => number | null
  tables: readonly NamedTable[]
}

type RangeDraft = SeasonDraft['ranges'][number]
type RangeProps = {
  place: string
  range: RangeDraft
  onRange: (range: RangeDraft) => void
  onRemove: (() => void) | null
}

const RangeRow = ({ place, range, onRange, onRemove }: RangeProps) => {
  const { say } = useText()
  const status = useStatus(place, range.from + range.to)
  const field = (end: 'from' | 'to') => (
    <Input
      aria-label={say(`plan.range.${end}`)}
      aria-invalid={status === 'error'}
      status={status}
      value={range[end]}
      placeholder="07-01"
      maxLength={5}
      onChange={(event) => onRange({ ...range, [end]: event.target.value })}
    />
  )
  return (
    <li className={styles.range}>
      {field('from')} – {field('to')}
      {onRemove ? (
        <Button
          type="text"
          icon={<DeleteOutlined />}
          aria-label={say('plan.rangeRemove')}
          onClick={onRemove}
        />
      ) : null}
    </li>
  )
}

const Ranges = ({
  place,
  season,
  onSeason,
}: Pick<SeasonProps, 'place' | 'season' | 'onSeason'>) => {
  const { say } = useText()
  const { ranges } = season
  const set = (next: readonly RangeDraft[]) => onSeason({ ...season, ranges: next })
  return (
    <ul className={styles.ranges} aria-label={say('plan.part.ranges')}>
      {ranges.map((range, index) => (
        <RangeRow
          key={range.key}
          place={`${place}.${index}`}
          range={range}
          onRange={(next) => set(replaced(ranges, index, next))}
          onRemove={ranges.length > 1 ? () => set(without(ranges, index)) : null}
        />
      ))}
      <li>
        <Button
          icon={<PlusOutlined />}
          onClick={() => set([...ranges, { key: newKey(), from: '', to: '' }])}
        >
          {say('plan.rangeAdd')}
        </Button>
      </li>
    </ul>
  )
}

/** The table that holds where a kind of day has none of its own. */
const inherited = ({ days }: SeasonDraft, type: DayType): readonly SwitchDraft[] =>
  (type === 'holiday' ? days.weekend : null) ?? days.workday ?? []

const Days = ({ place, season, onSeason, priceOf, tables }: SeasonProps) => {
  const { say } = useText()
  const set = (type: DayType, table: readonly SwitchDraft[] | null) =>
    onSeason({ ...season, days: { ...season.days, [type]: table } })
  return DAY_TYPES.map((type) => {
    const table = season.days[type]
    return (
      <div key={type}>
        {type === 'workday' ? null : (
          <Checkbox
            checked={table !== null}
            onChange={({ target }) =>
              set(type, target.checked ? copied(inherited(season, type)) : null)
            }
          >
            {say(`plan.own.${type}`)}
          </Checkbox>
        )}
        {table === null ? null : (
          <TableFields
            place={`${place}.days.${type}`}
            label={say(`dayType.${daysNamed(season.days, type)}`)}
            table={table}
            onTable={(next) => set(type, next)}
            priceOf={priceOf}
            tables={tables}
          />
        )}
      </div>
    )
  })
}

const Season = (props: SeasonProps) => {
  const { place, season, onSeason, onRemove, onCopy } = props
  const { say } = useText()
  return (
    <section className={styles.season} data-testid="season">
      <div className={styles.seasonHead}>
        <span>
          <label htmlFor={`${place}.name`}>{say('plan.seasonName')}</label>
          <Input
            id={`${place}.name`}
            value={season.name}
            maxLength={100}
            onChange={(event) => onSeason({ ...season, name: event.target.value })}
          />
        </span>
        <span>
          <label htmlFor={`${place}.nameEn`}>{say('plan.nameEn')}</label>
          <Input
            id={`${place}.nameEn`}
            value={season.nameEn}
            maxLength={100}
            onChange={(event) => onSeason({ ...season, nameEn: event.target.value })}
          />
        </span>
        <Ranges place={`${place}.ranges`} season={season} onSeason={onSeason} />
        <Button onClick={onCopy}>{say('plan.seasonCopy')}</Button>
        {onRemove ? (
          <Button danger onClick={onRemove}>
            {say('plan.seasonRemove')}
          </Button>
        ) : null}
      </div>
      <Faults at={place} except={DAY_TYPES.map((type) => `${place}.days.${type}`)} />
      <Days {...props} />
    </section>
  )
}

type SeasonFieldsProps = {
  seasons: readonly SeasonDraft[]
  onSeasons: (seasons: readonly SeasonDraft[]) => void
  priceOf: (period: Period) => number | null
}

export const SeasonFields = ({ seasons, onSeasons, priceOf }: SeasonFieldsProps) => {
  const { say, language } = useText()
  const tables = seasons.flatMap((season, index) =>
    DAY_TYPES.flatMap((type): NamedTable[] => {
      const table = season.days[type]
      const name = (language === 'en' && season.nameEn) || season.name || String(index + 1)
      const day = say(`dayType.${daysNamed(season.days, type)}`)
      const place = `seasons.${index}.days.${type}`
      return table === null ? [] : [{ place, name: `${name} · ${day}`, table }]
    }),
  )
  return (
    <div className={layout.stack}>
      <YearBand seasons={seasons} />
      <Faults at="seasons" except={seasons.map((_season, index) => `seasons.${index}`)} />
      {seasons.map((season, index) => (
        <Season
          key={season.key}
          place={`seasons.${index}`}
          season={season}
          onSeason={(next) => onSeasons(replaced(seasons, index, next))}
          onRemove={seasons.length > 1 ? () => onSeasons(without(seasons, index)) : null}
          onCopy={() => onSeasons([...seasons, newSeason(season)])}
          priceOf={priceOf}
          tables={tables}
        />
      ))}
      <div>
        <Button icon={<PlusOutlined />} onClick={() => onSeasons([...seasons, newSeason(null)])}>
          {say('plan.seasonAdd')}
        </Button>
      </div>
    </div>
  )
}
