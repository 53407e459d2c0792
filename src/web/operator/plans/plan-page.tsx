// One plan 电价方案详情: what holds now, and every version with what it changed, who saved it and when.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { PlanDetail, PlanVersion } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { linkButton } from '../../ui/link-button.ts'
import { Name } from '../../ui/name.tsx'
import { Card, Facts } from '../../ui/page.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { Changes } from './changes.tsx'
import { NameDialog } from './name-dialog.tsx'
import { OnePlan } from './one-plan.tsx'
import { PlanView } from './plan-view.tsx'

const route = getRouteApi('/shell/plans/$planId')

/** The version a plan has now; the first to come where none holds yet. */
const currentOf = (plan: PlanDetail): PlanVersion | undefined =>
  plan.versions.find(({ version }) => version === (plan.version ?? plan.nextVersion))

const VersionTags = ({ plan, version }: { plan: PlanDetail; version: PlanVersion }) => {
  const { say } = useText()
  return (
    <span className={layout.tools}>
      {say('plan.versionNo', { n: version.version })}
      {version.version === plan.version ? <Tag tone="good">{say('plan.inForce')}</Tag> : null}
      {version.version === plan.nextVersion ? <Tag tone="busy">{say('plan.next')}</Tag> : null}
      {version.backdated ? <Tag tone="warn">{say('plan.backdated')}</Tag> : null}
    </span>
  )
}

const Version = ({ plan, version }: { plan: PlanDetail; version: PlanVersion }) => {
  const { say } = useText()
  const isFirst = version.version === plan.versions.at(-1)?.version
  return (
    <Card title={<VersionTags plan={plan} version={version} />}>
      <div className={layout.stack}>
        <Facts
          rows={[
            [
              say('plan.effective'),
              <span key="e">
                <When at={version.effectiveFrom} /> –{' '}
                {version.until === null ? '' : <When at={version.until} />}
              </span>,
            ],
            [
              say('plan.saved'),
              <span key="s">
                <When at={version.savedAt} /> <Name>{version.savedBy ?? ''}</Name>
              </span>,
            ],
            version.note === '' ? null : [say('plan.note'), <Name key="n">{version.note}</Name>],
          ]}
        />
        {isFirst ? null : <Changes changes={version.changes} />}
      </div>
    </Card>
  )
}

const Tools = ({ plan }: { plan: PlanDetail }) => {
  const { say } = useText()
  const mayEdit = useMay('plan.edit')
  const mayAssign = useMay('plan.assign')
  const mayTry = useMay('ledger.view')
  const params = { planId: String(plan.planId) }
  return (
    <span className={layout.tools}>
      <Link to="/plans/$planId/notice" params={params}>
        {say('notice.title')}
      </Link>
      {mayTry ? (
        <Link to="/plans/$planId/what-if" params={params}>
          {say('whatIf.title')}
        </Link>
      ) : null}
      {mayAssign && plan.retiredAt === null ? (
        <Link to="/plans/assign" search={{ plan: params.planId }}>
          {say('plan.assign')}
        </Link>
      ) : null}
      {mayEdit ? (
        <>
          <Link to="/plans/new" search={{ copy: params.planId }}>
            {say('plan.copy')}
          </Link>
          <NameDialog plan={plan} />
          <Link to="/plans/$planId/edit" params={params} className={linkButton}>
            {say('plan.newVersion')}
          </Link>
        </>
      ) : null}
    </span>
  )
}

const Loaded = ({ plan }: { plan: PlanDetail }) => {
  const { say } = useText()
  const current = currentOf(plan)
  return (
    <>
      <Card
        title={
          <span className={layout.tools}>
            {say('plan.now')}
            <Link to="/plans/assign" search={{ current: String(plan.planId) }}>
              {say('plan.usedBy', { n: plan.supplies })}
            </Link>
          </span>
        }
      >
        {current ? (
          <PlanView plan={current.definition} />
        ) : (
          <p className={layout.none}>{say('plan.notYet')}</p>
        )}
      </Card>
      <h2 className={layout.heading}>{say('plan.history')}</h2>
      {plan.versions.map((version) => (
        <Version key={version.version} plan={plan} version={version} />
      ))}
    </>
  )
}

export const PlanPage = () => {
  const { say } = useText()
  const { planId } = route.useParams()
  return (
    <OnePlan
      title={say('plan.title')}
      planId={planId}
      whole
      tools={(plan) => <Tools plan={plan} />}
    >
      {(plan) => <Loaded plan={plan} />}
    </OnePlan>
  )
}
