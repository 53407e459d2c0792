// The first set-up 首次设置: what an empty system needs before anything can be sold, step by step. What
// is done is told by what there is, so it is left and taken up again at any time.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { linkButton, plainLinkButton } from '../../ui/link-button.ts'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { useMay } from '../api/session-store.ts'
import { GatewayDialog } from '../collection/gateway-dialog.tsx'
import { useComplex } from '../complex.tsx'
import { NewOperatorDialog } from '../operators/operator-dialog.tsx'
import { BuildingsCard } from '../places/buildings-card.tsx'
import { placeName } from '../places/place-data.ts'
import { Loading } from '../shell/states.tsx'
import { FirstPlan } from './first-plan.tsx'
import { useProgress } from './setup-data.ts'
import { StepList } from './step-list.tsx'
import {
  firstToDo,
  isDone,
  isStep,
  type Progress,
  type Step,
  stepAfter,
  stepBefore,
} from './steps.ts'

const route = getRouteApi('/shell/setup')

type StepProps = { complexId: number; progress: Progress; onNext: () => void }

const ComplexStep = () => {
  const { say, language } = useText()
  const complex = useComplex()
  return (
    <Card title={say('setup.step.complex')}>
      <p className={layout.spaced}>{say('setup.complex.lead')}</p>
      <p>
        {say('setup.complex.isMade', { name: '' })}
        <Name>{placeName(complex, language)}</Name>
      </p>
      <Link to="/settings">{say('setup.end.settings')}</Link>
    </Card>
  )
}

const BuildingsStep = ({ complexId }: StepProps) => {
  const { say } = useText()
  return (
    <>
      <p className={layout.lead}>{say('setup.buildings.lead')}</p>
      <BuildingsCard complexId={complexId} />
      <p className={layout.lead}>{say('setup.buildings.places')}</p>
      <span>
        <Link to="/places" className={plainLinkButton}>
          {say('nav.places')}
        </Link>
      </span>
    </>
  )
}

const LineStep = ({ complexId, progress }: StepProps) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  const [adding, setAdding] = useState(false)
  const { gateways, meters } = progress
  return (
    <Card title={say('setup.step.line')}>
      <p className={layout.spaced}>{say('setup.line.lead')}</p>
      <p role="status">{say('setup.line.gateways', { n: gateways ?? 0, meters: meters ?? 0 })}</p>
      <span className={layout.tools}>
        {mayEdit ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {say('gateway.add')}
          </Button>
        ) : null}
        <Link to="/imports/registers" className={plainLinkButton}>
          {say('setup.line.import')}
        </Link>
        <Link to="/collection">{say('nav.collection')}</Link>
        <Link to="/meters">{say('nav.meters')}</Link>
      </span>
      {adding ? (
        <GatewayDialog complexId={complexId} gateway={null} onClose={() => setAdding(false)} />
      ) : null}
    </Card>
  )
}

const PlanStep = ({ complexId, progress, onNext }: StepProps) => {
  const { say } = useText()
  return (
    <Card title={say('setup.step.plan')}>
      <FirstPlan complexId={complexId} plans={progress.plans ?? 0} onSaved={onNext} />
    </Card>
  )
}

const OperatorStep = ({ progress }: StepProps) => {
  const { say } = useText()
  const mayEdit = useMay('operator.edit')
  const [adding, setAdding] = useState(false)
  const { operators } = progress
  return (
    <Card title={say('setup.step.operator')}>
      <p className={layout.spaced}>{say('setup.operator.lead')}</p>
      {operators === null ? null : (
        <p role="status">{say('setup.operator.have', { n: operators })}</p>
      )}
      {mayEdit ? (
        <Button type="primary" onClick={() => setAdding(true)}>
          {say('op.new')}
        </Button>
      ) : null}
      {adding ? <NewOperatorDialog onClose={() => setAdding(false)} /> : null}
    </Card>
  )
}

const EndStep = () => {
  const { say } = useText()
  return (
    <Card title={say('setup.step.end')}>
      <p className={layout.spaced}>{say('setup.end.lead')}</p>
      <span className={layout.tools}>
        <Link to="/board" className={linkButton}>
          {say('setup.finish')}
        </Link>
        <Link to="/settings">{say('setup.end.settings')}</Link>
        <Link to="/places">{say('nav.places')}</Link>
        <Link to="/meters">{say('nav.meters')}</Link>
      </span>
    </Card>
  )
}

const CONTENT = {
  complex: ComplexStep,
  buildings: BuildingsStep,
  line: LineStep,
  plan: PlanStep,
  operator: OperatorStep,
  end: EndStep,
} as const satisfies Record<Step, (props: StepProps) => React.ReactNode>

type BodyProps = { complexId: number; progress: Progress; wanted: string | undefined }

const Body = ({ complexId, progress, wanted }: BodyProps) => {
  const { say } = useText()
  const navigate = route.useNavigate()
  // Where one stands is kept; what is done meanwhile must not move the page away.
  const [first] = useState(() => firstToDo(progress))
  const step = isStep(wanted) ? wanted : first
  const go = (next: Step) => void navigate({ search: { step: next } })
  const Content = CONTENT[step]
  return (
    <>
      <StepList step={step} progress={progress} onStep={go} />
      <Content complexId={complexId} progress={progress} onNext={() => go(stepAfter(step))} />
      <div className={layout.tools}>
        {step === 'complex' ? null : (
          <Button onClick={() => go(stepBefore(step))}>{say('setup.previous')}</Button>
        )}
        {step === 'end' ? null : (
          <Button
            type={isDone(step, progress) ? 'primary' : 'default'}
            onClick={() => go(stepAfter(step))}
          >
            {say(isDone(step, progress) ? 'setup.next' : 'setup.skip')}
          </Button>
        )}
      </div>
    </>
  )
}

export const SetupPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { step } = route.useSearch()
  const progress = useProgress(complexId)
  return (
    <Page title={say('setup.title')}>
      <p className={layout.lead}>{say('setup.lead')}</p>
      {progress === null ? (
        <Loading />
      ) : (
        <Body complexId={complexId} progress={progress} wanted={step} />
      )}
    </Page>
  )
}
