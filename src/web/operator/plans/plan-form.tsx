// Writing a plan 电价方案编辑: kind, prices, seasons with their days, tiers and what is added; faults
// stand at their place, and any day's prices can be looked at before it is saved.

import { Alert, Radio } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import type { Period, PlanChecked, PlanDefinition } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { e8Of } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Card, Facts } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useSettled } from '../../ui/settled.ts'
import { useComplex } from '../complex.tsx'
import { CapNote } from '../price-cap/cap-note.tsx'
import { DayBand } from './day-band.tsx'
import { Faults, FoundProvider } from './faults.tsx'
import { FeeFields } from './fee-fields.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { useCheck } from './plan-data.ts'
import { draftOf, newDraft, type PlanDraft } from './plan-draft.ts'
import { PriceRange } from './plans-page.tsx'
import { PriceFields } from './price-fields.tsx'
import { faultsThatStand, readDraft } from './read-draft.ts'
import { SeasonFields } from './season-fields.tsx'
import { TierFields } from './tier-fields.tsx'
import { placeText } from './words.ts'

const TYPING_PAUSE_MS = 400

const Preview = ({ checked, draft }: { checked: PlanChecked | undefined; draft: PlanDraft }) => {
  const { say, language } = useText()
  const strip = checked?.strip
  if (!strip) return <p className={layout.none}>{say('plan.noPreview')}</p>
  const season = strip.season === null ? undefined : draft.seasons[strip.season]
  return (
    <>
      <Facts
        rows={[
          [
            say('plan.dayIs'),
            <span key="d">
              {say(`dayType.${strip.dayType}`)} <Name>{strip.dayName ?? ''}</Name>
            </span>,
          ],
          season && draft.kind === 'timeOfUse'
            ? [
                say('plan.part.seasons'),
                <Name key="s">{(language === 'en' && season.nameEn) || season.name}</Name>,
              ]
            : null,
          [say('plan.range'), <PriceRange key="r" plan={checked} />],
        ]}
      />
      <DayBand label={strip.day} pieces={strip.segments} />
      <CapNote cap={checked.cap} />
    </>
  )
}

type PlanFormProps = {
  /** What it begins as; without it the plan is empty. */
  from: PlanDefinition | undefined
  today: string
  /** What is done with it: null while it is not complete, and then `state` says what is missing. */
  children: (definition: PlanDefinition | null, state: ReactNode) => ReactNode
}

type Change = (part: Partial<PlanDraft>) => void

const Parts = ({ draft, change }: { draft: PlanDraft; change: Change }) => {
  const { say } = useText()
  const priceOf = (period: Period) => e8Of(draft.prices[period].price)
  return (
    <>
      <Card title={say('plan.prices')}>
        <div className={layout.stack}>
          <Radio.Group
            aria-label={say('plan.kind')}
            optionType="button"
            value={draft.kind}
            onChange={({ target }) => change({ kind: target.value })}
            options={(['flat', 'timeOfUse'] as const).map((value) => ({
              value,
              label: say(`plan.kind.${value}`),
            }))}
          />
          <PriceFields draft={draft} change={change} />
          <Faults at="prices" />
          <Faults at="priceE8" />
          <Faults at="components" />
        </div>
      </Card>
      {draft.kind === 'timeOfUse' ? (
        <Card title={say('plan.part.seasons')}>
          <SeasonFields
            seasons={draft.seasons}
            onSeasons={(seasons) => change({ seasons })}
            priceOf={priceOf}
          />
        </Card>
      ) : null}
      <Card title={say('plan.part.tiers')}>
        <div className={layout.stack}>
          <TierFields tiers={draft.tiers} onTiers={(tiers) => change({ tiers })} />
        </div>
      </Card>
      <Card title={say('plan.extras')}>
        <FeeFields draft={draft} change={change} />
      </Card>
    </>
  )
}

type StateProps = {
  unread: readonly string[]
  faults: number
  /** Not before the server has seen what stands there now. */
  complete: boolean
}

/** What is still missing, in one place. */
const State = ({ unread, faults, complete }: StateProps) => {
  const { say } = useText()
  if (unread.length > 0) {
    const places = unread.map((path) => placeText(path, say)).join(', ')
    return <Alert type="warning" showIcon title={say('plan.unread', { places })} />
  }
  if (faults > 0) return <Alert type="error" showIcon title={say('plan.faults', { n: faults })} />
  if (!complete) return <Alert type="info" showIcon title={say('plan.checking')} />
  return <Alert type="success" showIcon title={say('plan.complete')} />
}

export const PlanForm = ({ from, today, children }: PlanFormProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [begun] = useState(() => {
    const season = say('plan.allYear')
    return from ? draftOf(from, season) : newDraft(season)
  })
  const [draft, setDraft] = useState(begun)
  const [day, setDay] = useState(today)
  const read = useMemo(() => readDraft(draft), [draft])
  const asked = useSettled(read, TYPING_PAUSE_MS)
  const check = useCheck(complexId, asked.ok ? asked.definition : asked.standIn, day)
  const checked = read.ok ? check.data : undefined
  const unread = read.ok ? [] : read.unread
  const found = { unread, faults: faultsThatStand(check.data?.faults ?? [], unread) }
  const complete = read === asked && read.ok && !check.isPlaceholderData && checked?.complete
  const state = check.error ? null : (
    <State unread={found.unread} faults={found.faults.length} complete={complete === true} />
  )
  return (
    <FoundProvider value={found}>
      <LeaveGuard isUnsaved={draft !== begun} />
      <Parts draft={draft} change={(part) => setDraft({ ...draft, ...part })} />
      <Card title={say('plan.preview')}>
        <div className={layout.stack}>
          <div className={layout.line}>
            <label htmlFor="preview-day">{say('plan.previewDay')}</label>
            <PeriodInput id="preview-day" kind="day" value={day} onValue={setDay} />
          </div>
          {check.error ? <ProblemAlert error={check.error} /> : null}
          <Preview checked={checked} draft={draft} />
        </div>
      </Card>
      {children(complete && read.ok ? read.definition : null, state)}
    </FoundProvider>
  )
}
