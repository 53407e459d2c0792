// The guided check of one meter 单表调试: one step after the other, each with what it showed last;
// a step may be repeated until the check is signed.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { type ReactNode, useState } from 'react'
import type { CheckStep, MeterCheck } from '../../../http/contract/commissioning.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Power } from '../../ui/money.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { CheckStateTag, StepTag, useReasonText } from './check-words.tsx'
import styles from './commissioning.module.css'
import { useCheck } from './commissioning-data.ts'
import { CommissioningLinks } from './links.tsx'
import { OrderStep } from './order-step.tsx'
import { CreditStep, FaultStep, ReadStep, SignStep } from './simple-steps.tsx'

const route = getRouteApi('/shell/commissioning/checks/$checkId')

const wattsIn = (facts: CheckStep['facts'], name: string, meterId: number): number | null => {
  const all = facts[name]
  const w: unknown = typeof all === 'object' && all !== null ? Reflect.get(all, meterId) : null
  return typeof w === 'number' ? w : null
}

const partnersOf = ({ facts }: CheckStep): number[] =>
  Array.isArray(facts.partners) ? facts.partners.filter((id) => typeof id === 'number') : []

/** Power of this meter and of those that fell with it. */
const Powers = ({ check, step }: { check: MeterCheck; step: CheckStep }) => {
  const { say } = useText()
  const partners = check.neighbours.filter(({ meterId }) => partnersOf(step).includes(meterId))
  const rows = [
    {
      meterId: check.meterId,
      meterNo: check.meterNo,
      place: check.premises,
      placeEn: check.premises,
    },
    ...partners,
  ]
  return (
    <div className={styles.powers}>
      <span>{say('meter.no')}</span>
      <span>{say('check.beforeW')}</span>
      <span>{say('check.afterW')}</span>
      {rows.map(({ meterId, meterNo, place, placeEn }) => (
        <span key={meterId} style={{ display: 'contents' }}>
          <b>
            {meterNo} <Called zh={place} en={placeEn} />
          </b>
          <Power w={wattsIn(step.facts, 'beforeW', meterId)} />
          <Power w={wattsIn(step.facts, 'afterW', meterId)} />
        </span>
      ))}
    </div>
  )
}

/** What to do where the wiring is wrong, and the exchange where nobody is supplied. */
const Crossed = ({
  complexId,
  check,
  step,
}: {
  complexId: number
  check: MeterCheck
  step: CheckStep
}) => {
  const { say } = useText()
  const mayExchange = useMay('register.edit')
  const exchange = useAct<object, null>(`/meter-checks/${check.checkId}/exchange`, {
    query: { complexId },
    renews: [['meter-check'], ['meter-checks']],
  })
  const [partnerId] = partnersOf(step)
  const partner = check.neighbours.find(({ meterId }) => meterId === partnerId)
  if (step.reason === 'otherLoadDropped')
    return <Alert type="error" showIcon title={say('check.rewireContactors')} />
  if (step.reason !== 'otherShopDark') return null
  if (!partner) return <Alert type="error" showIcon title={say('check.findPartner')} />
  return (
    <>
      <Alert
        type="error"
        showIcon
        title={say('check.crossedWith', { meter: partner.meterNo })}
        description={say(check.supplied ? 'check.rewire' : 'check.mayExchange')}
      />
      {mayExchange && !check.supplied && check.state === 'open' ? (
        <Button
          loading={exchange.isPending}
          onClick={() => exchange.mutate({ withMeterId: partner.meterId })}
        >
          {say('check.exchange', { meter: partner.meterNo })}
        </Button>
      ) : null}
      {exchange.error ? <ProblemAlert error={exchange.error} /> : null}
    </>
  )
}

const Last = ({
  complexId,
  check,
  name,
}: {
  complexId: number
  check: MeterCheck
  name: CheckStep['step']
}) => {
  const reasonText = useReasonText()
  const step = check.history.filter((each) => each.step === name).at(-1)
  if (!step) return null
  return (
    <>
      <span className={styles.acts} data-testid={`last-${name}`} data-result={step.result}>
        <StepTag step={step} /> {reasonText(step.reason)} <When at={step.at} />{' '}
        <Name>{step.operator ?? ''}</Name> <Name>{step.note}</Name>
      </span>
      {name === 'trip' ? <Powers check={check} step={step} /> : null}
      {name === 'trip' ? <Crossed complexId={complexId} check={check} step={step} /> : null}
    </>
  )
}

type StepCardProps = {
  complexId: number
  check: MeterCheck
  name: CheckStep['step']
  children: ReactNode
}

const isOver = (step: CheckStep | undefined): boolean =>
  step?.result === 'passed' || step?.result === 'skipped'

/** What has passed is out of the way, and may be done again. */
const StepCard = ({ complexId, check, name, children }: StepCardProps) => {
  const { say } = useText()
  const [again, setAgain] = useState(0)
  const tries = check.history.filter((each) => each.step === name)
  const closed = isOver(tries.at(-1)) && again !== tries.length
  const acts = closed ? (
    <Button size="small" onClick={() => setAgain(tries.length)}>
      {say('check.again')}
    </Button>
  ) : (
    children
  )
  return (
    <Card title={say(`checkStep.${name}`)}>
      <div className={styles.step}>
        <Last complexId={complexId} check={check} name={name} />
        {check.state === 'open' ? acts : null}
      </div>
    </Card>
  )
}

const Guide = ({ complexId, check }: { complexId: number; check: MeterCheck }) => {
  const { trip, close } = useEvidence()
  const at = { complexId, check }
  return (
    <>
      <StepCard {...at} name="read">
        <ReadStep {...at} />
      </StepCard>
      <StepCard {...at} name="credit">
        <CreditStep {...at} />
      </StepCard>
      {check.can.trip ? (
        <>
          <StepCard {...at} name="trip">
            <OrderStep {...at} step="trip" {...trip} />
          </StepCard>
          <StepCard {...at} name="close">
            <OrderStep {...at} step="close" {...close} />
          </StepCard>
        </>
      ) : null}
      <StepCard {...at} name="fault">
        <FaultStep {...at} />
      </StepCard>
      <StepCard {...at} name="sign">
        <SignStep {...at} />
      </StepCard>
    </>
  )
}

/** In the address: whoever opens the page again finds the step where it was. */
const useEvidence = () => {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { before, order, after, closeOrder, closeAfter } = search
  return {
    trip: {
      evidence: { before, order, after },
      onEvidence: (next: { before?: string; order?: string; after?: string }) =>
        void navigate({ search: { closeOrder, closeAfter, ...next }, replace: true }),
    },
    close: {
      evidence: { order: closeOrder, after: closeAfter },
      onEvidence: (next: { order?: string; after?: string }) =>
        void navigate({
          search: { before, order, after, closeOrder: next.order, closeAfter: next.after },
          replace: true,
        }),
    },
  }
}

export const CheckPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { checkId } = route.useParams()
  const { data: check, error, refetch } = useCheck(complexId, checkId)
  return (
    <Page
      title={say('check.title')}
      name={check?.meterNo ?? ''}
      trail={<Link to="/commissioning">{say('checks.title')}</Link>}
      tools={<CommissioningLinks />}
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!check && !error ? <Loading /> : null}
      {check ? (
        <>
          <Card>
            <Facts
              rows={[
                [say('checks.state'), <CheckStateTag key="state" state={check.state} />],
                [
                  say('board.premises'),
                  <span key="place">
                    <Called zh={check.building} en={check.buildingEn} />{' '}
                    <Name>{check.premises}</Name>{' '}
                    <Called zh={check.premisesName} en={check.premisesNameEn} />
                  </span>,
                ],
                [say('scan.address'), check.address],
                [say('model.name'), check.model],
                [say('meter.gateway'), `${check.gatewayCode} / ${check.bus}`],
                [say('checks.by'), <Name key="by">{check.begunBy ?? ''}</Name>],
                check.endedAt === null
                  ? null
                  : [
                      say('check.signed'),
                      <span key="signed">
                        <Name>{check.endedBy ?? ''}</Name> <When at={check.endedAt} />
                      </span>,
                    ],
              ]}
            />
          </Card>
          <Guide complexId={complexId} check={check} />
        </>
      ) : null}
    </Page>
  )
}
