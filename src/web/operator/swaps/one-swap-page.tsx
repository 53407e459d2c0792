// One swap 换表进度: what was taken from the old meter, what goes to the new one, step by step.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button, Timeline } from 'antd'
import { useState } from 'react'
import type { Swap } from '../../../http/contract/swap.ts'
import { hasText, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { useComplex } from '../complex.tsx'
import { EventFacts } from '../purchases/event-facts.tsx'
import { Loading } from '../shell/states.tsx'
import { useCancelSwap, useSwap } from './swap-data.ts'
import styles from './swaps.module.css'

const route = getRouteApi('/shell/swaps/$swapId')

export const SwapFacts = ({ swap }: { swap: Swap }) => {
  const { say } = useText()
  return (
    <Facts
      rows={[
        [say('sale.shop'), <Name key="p">{`${swap.building} ${swap.premises}`}</Name>],
        swap.tenant === null ? null : [say('account.tenant'), <Name key="t">{swap.tenant}</Name>],
        [say('swap.oldMeter'), `${swap.oldMeterNo} ${say(`swapOld.${swap.oldState}`)}`],
        [say('swap.newMeter'), swap.newMeterNo ?? say('swap.noNew')],
        [say('closing.final'), <Energy key="f" wh={swap.finalWh} />],
        swap.newMeterId === null
          ? null
          : [say('swap.initial'), <Energy key="i" wh={swap.newInitialWh} />],
        [say('swap.claim'), <Money key="c" fen={swap.claimFen} unit strong />],
        swap.waitingFen === 0
          ? null
          : [say('swap.waiting'), <Money key="w" fen={swap.waitingFen} unit />],
        swap.voidedFen === 0
          ? null
          : [say('swap.voided'), <Money key="v" fen={swap.voidedFen} unit />],
        swap.photoNote === '' ? null : [say('swap.photo'), <Name key="n">{swap.photoNote}</Name>],
        [say('swap.reason'), say(`swapReason.${swap.reasonCode}`)],
        swap.note === '' ? null : [say('payout.note'), <Name key="o">{swap.note}</Name>],
      ]}
    />
  )
}

const Steps = ({ swap }: { swap: Swap }) => {
  const { say } = useText()
  return (
    <Timeline
      items={swap.steps.map((step, index) => {
        const key = `swapStep.${step.kind}`
        return {
          key: `${index}`,
          color: step.kind === 'cancelled' ? 'gray' : 'blue',
          content: (
            <div className={styles.step}>
              <strong>{hasText(key) ? say(key) : step.kind}</strong>
              <When at={step.at} />
              <EventFacts facts={step.facts} />
            </div>
          ),
        }
      })}
    />
  )
}

/** Why it does not go on just now, and what happens meanwhile. */
const WhyNot = ({ swap }: { swap: Swap }) => {
  const { say } = useText()
  if (swap.fault === '' || swap.state === 'done') return null
  if (swap.fault === 'tripping') return <Alert type="info" showIcon title={say('swap.tripping')} />
  return (
    <Alert
      type="warning"
      showIcon
      title={say('swap.waits')}
      description={<Reason code={swap.fault} />}
    />
  )
}

const Cancel = ({ complexId, swapId }: { complexId: number; swapId: string }) => {
  const { say } = useText()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const cancel = useCancelSwap(complexId, swapId)
  const why = reason.trim()
  return (
    <div>
      <Button onClick={() => setAsking(true)}>{say('swap.cancel')}</Button>
      <Confirm
        open={asking}
        title={say('swap.cancel')}
        confirmText={say('swap.cancel')}
        allowed={why !== ''}
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate({ reason: why }, { onSuccess: () => setAsking(false) })}
        onCancel={() => setAsking(false)}
      >
        <ActForm>
          <TextField
            id="swap-reason"
            label={say('payout.noteNeeded')}
            text={reason}
            onText={setReason}
            maxLength={500}
          />
        </ActForm>
      </Confirm>
    </div>
  )
}

export const OneSwapPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { swapId } = route.useParams()
  const { data: swap, error, refetch } = useSwap(complexId, swapId)
  return (
    <Page title={say('swap.title')} tools={<Link to="/swaps">{say('nav.swaps')}</Link>}>
      {error && !swap ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!swap && !error ? <Loading /> : null}
      {swap ? (
        <div className={layout.halves} data-swap={swap.state}>
          <Card title={say(`swapState.${swap.state}`)}>
            <WhyNot swap={swap} />
            <Steps swap={swap} />
            {swap.state === 'taking' ? <Cancel complexId={complexId} swapId={swapId} /> : null}
          </Card>
          <Card>
            <SwapFacts swap={swap} />
          </Card>
        </div>
      ) : null}
    </Page>
  )
}
