// The rules of alarms 报警规则: each with its figures, how grave it is and whether it is on; when many
// are one storm; and who hears of what nobody acknowledges.

import { Button } from 'antd'
import { useState } from 'react'
import type { AlarmRuleShown } from '../../../http/contract/alarms.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useAlarmSettings } from './alarm-data.ts'
import { AlarmLinks } from './alarm-links.tsx'
import styles from './alarms.module.css'
import { EscalationCard } from './escalation-card.tsx'
import { type Figure, figureText } from './figures.ts'
import { RuleDialog } from './rule-dialog.tsx'
import { Severity } from './severity.tsx'
import { StormCard } from './storm-card.tsx'

type Language = 'zh' | 'en'

const shown = (say: Say, language: Language, { words, unit, value }: Figure): string =>
  `${words[language]} ${say(`alarms.unit.${unit}`, { n: figureText(unit, value) })}`

const Figures = ({ rule }: { rule: AlarmRuleShown }) => {
  const { say, language } = useText()
  return (
    <div className={styles.figures}>
      {rule.figures
        .map((figure) => shown(say, language, figure))
        .join(language === 'zh' ? '；' : '; ') || '—'}
      <Coverage coverage={rule.coverage} />
    </div>
  )
}

/** What it can't judge is never shown as fine. */
const Coverage = ({ coverage }: Pick<AlarmRuleShown, 'coverage'>) => {
  const { say } = useText()
  if (coverage === null) return null
  const { known, unknown, cannot } = coverage
  return (
    <span className={layout.line}>
      <Tag tone="plain">{say('alarms.coverage.known', { n: known })}</Tag>
      {unknown > 0 ? <Tag tone="warn">{say('alarms.coverage.unknown', { n: unknown })}</Tag> : null}
      {cannot > 0 ? <Tag tone="warn">{say('alarms.coverage.cannot', { n: cannot })}</Tag> : null}
    </span>
  )
}

const OnOff = ({ rule }: { rule: AlarmRuleShown }) => {
  const { say } = useText()
  return (
    <span className={layout.line}>
      <Tag tone={rule.enabled ? 'good' : 'plain'}>
        {say(rule.enabled ? 'alarms.on' : 'alarms.off')}
      </Tag>
      {rule.safety ? <Tag tone="busy">{say('alarms.safety')}</Tag> : null}
    </span>
  )
}

const Saved = ({ rule }: { rule: AlarmRuleShown }) => {
  const { say } = useText()
  if (!rule.isSet) return say('alarms.supplied')
  return (
    <span className={layout.lines}>
      <Name>{rule.reason}</Name>
      <small>
        <When at={rule.savedAt} /> <Name>{rule.savedBy}</Name>
      </small>
    </span>
  )
}

const columnsOf = (
  say: Say,
  language: Language,
  onEdit: ((rule: AlarmRuleShown) => void) | null,
): Column<AlarmRuleShown>[] => [
  { key: 'rule', title: say('alarm.title'), render: (r) => r.title[language] },
  { key: 'on', title: say('alarm.state'), render: (r) => <OnOff rule={r} /> },
  { key: 'severity', title: say('alarm.severity'), render: (r) => <Severity {...r} /> },
  { key: 'figures', title: say('alarms.figures'), render: (r) => <Figures rule={r} /> },
  { key: 'open', title: say('alarms.openNow'), align: 'right', render: (r) => r.open },
  { key: 'saved', title: say('alarms.saved'), render: (r) => <Saved rule={r} /> },
  ...(onEdit
    ? [
        {
          key: 'edit',
          title: say('alarms.set'),
          render: (r: AlarmRuleShown) => (
            <Button size="small" onClick={() => onEdit(r)}>
              {say('alarms.set')}
            </Button>
          ),
        },
      ]
    : []),
]

export const RulesPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useAlarmSettings(complexId)
  const mayEdit = useMay('alarm.edit')
  const [editing, setEditing] = useState<AlarmRuleShown | null>(null)
  return (
    <Page title={say('alarms.rules')} tools={<AlarmLinks />}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? (
        <>
          <Card>
            <DataTable<AlarmRuleShown>
              label={say('alarms.rules')}
              rows={data.rules}
              rowKey={({ rule }) => rule}
              columns={columnsOf(say, language, mayEdit ? setEditing : null)}
              emptyText={say('alarms.noneEver')}
            />
          </Card>
          <EscalationCard key={`escalation/${data.escalation.savedAt}`} settings={data} />
          <StormCard key={`storm/${data.storm.savedAt}`} storm={data.storm} />
        </>
      ) : (
        <Loading />
      )}
      {editing ? (
        <RuleDialog key={editing.rule} rule={editing} onClose={() => setEditing(null)} />
      ) : null}
    </Page>
  )
}
