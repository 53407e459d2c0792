// One sharing rule 公摊方案详情: a month tried and posted, the months that stand, and its parts.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { SharingRule } from '../../../http/contract/sharing.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useMay } from '../api/session-store.ts'
import { PeriodPanel } from '../books/period-panel.tsx'
import { useComplex } from '../complex.tsx'
import { Loading, NotFound } from '../shell/states.tsx'
import { Parts } from './parts.tsx'
import { ChangeRule } from './rule-dialog.tsx'
import { ruleName } from './rules-page.tsx'
import { Runs } from './runs.tsx'
import { Shares } from './shares.tsx'
import { useChangeRule, useRules, useShareMonth } from './sharing-data.ts'

const route = getRouteApi('/shell/sharing/$ruleId')

const Tools = ({ rule }: { rule: SharingRule }) => {
  const { say } = useText()
  const [changing, setChanging] = useState(false)
  const set = useChangeRule(rule.ruleId)
  return (
    <span className={layout.tools}>
      {set.error ? <ProblemAlert error={set.error} /> : null}
      <Button loading={set.isPending} onClick={() => set.mutate({ enabled: !rule.enabled })}>
        {say(rule.enabled ? 'sharing.stop' : 'sharing.resume')}
      </Button>
      <Button onClick={() => setChanging(true)}>{say('sharing.change')}</Button>
      {changing ? <ChangeRule rule={rule} onClose={() => setChanging(false)} /> : null}
    </span>
  )
}

const MonthShare = ({ rule }: { rule: SharingRule }) => {
  const { say } = useText()
  const dry = useShareMonth(rule.ruleId)
  const share = useShareMonth(rule.ruleId)
  const lastMonth = nowIn(useZone()).subtract(1, 'month').format('YYYY-MM')
  return (
    <PeriodPanel
      kind="month"
      first={lastMonth}
      words={{
        title: say('sharing.shareMonth'),
        period: say('sharing.month'),
        close: say('sharing.post'),
        sure: say('sharing.sure'),
      }}
      dry={dry}
      close={share}
      bodyOf={(month, dryRun) => ({ month, ...(dryRun ? { dryRun } : {}) })}
      ready={(found, month) => found.month === month}
    >
      {(found) => <Shares run={found} />}
    </PeriodPanel>
  )
}

const Rule = ({ rule }: { rule: SharingRule }) => {
  const { say, language } = useText()
  const mayMake = useMay('sharing.make')
  return (
    <Page
      title={say('sharing.rule')}
      name={ruleName(rule, language)}
      trail={<Link to="/sharing">{say('nav.sharing')}</Link>}
      tools={mayMake ? <Tools rule={rule} /> : null}
    >
      <Card>
        <Facts
          rows={[
            [say('sharing.main'), <Name key="m">{rule.mainPoint}</Name>],
            [say('sharing.by'), say(`sharing.by.${rule.sharedBy}`)],
            [say('sharing.vacant'), say(`sharing.vacant.${rule.vacant}`)],
            [say('sharing.price'), <Price key="p" e8={rule.priceE8} />],
            [say('sharing.state'), say(rule.enabled ? 'sharing.on' : 'sharing.off')],
          ]}
        />
      </Card>
      {mayMake && rule.enabled ? <MonthShare rule={rule} /> : null}
      <Runs ruleId={rule.ruleId} />
      {rule.sharedBy === 'fixed' ? <Parts rule={rule} /> : null}
    </Page>
  )
}

export const RulePage = () => {
  const { complexId } = useComplex()
  const { ruleId } = route.useParams()
  const { data, error, refetch } = useRules(complexId)
  if (error && !data) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (data === undefined) return <Loading />
  const rule = data.items.find((each) => String(each.ruleId) === ruleId)
  return rule ? <Rule rule={rule} /> : <NotFound />
}
