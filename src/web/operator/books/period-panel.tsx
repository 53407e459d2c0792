// Closing a day or a month of the books 结账: chosen, tried, and closed only as it was tried.

import type { UseMutationResult } from '@tanstack/react-query'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import layout from '../../ui/layout.module.css'
import { Card } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'

const SHAPES = { day: /^\d{4}-\d\d-\d\d$/, month: /^\d{4}-(0[1-9]|1[0-2])$/ }

type PeriodPanelProps<Body, Answer> = {
  kind: 'day' | 'month'
  first: string
  words: { title: string; period: string; close: string; sure: string }
  /** The trial and the act are two mutations of the same request. */
  dry: UseMutationResult<Answer, Error, Body>
  close: UseMutationResult<Answer, Error, Body>
  bodyOf: (period: string, dryRun: boolean) => Body
  /** Whether the trial was of this period and nothing is in the way. */
  ready: (found: Answer, period: string) => boolean
  children: (found: Answer, period: string) => ReactNode
}

export const PeriodPanel = <Body, Answer>(props: PeriodPanelProps<Body, Answer>) => {
  const { kind, words, dry, close, bodyOf, children } = props
  const { say } = useText()
  const [period, setPeriod] = useState(props.first)
  const [sure, setSure] = useState(false)
  const ready = dry.data !== undefined && props.ready(dry.data, period)
  const done = () => {
    setSure(false)
    dry.reset()
  }
  return (
    <Card title={words.title}>
      <div className={layout.stack}>
        <div className={layout.line}>
          <label htmlFor={kind}>{words.period}</label>
          <PeriodInput id={kind} kind={kind} value={period} onValue={setPeriod} />
          <Button
            disabled={!SHAPES[kind].test(period)}
            loading={dry.isPending}
            onClick={() => dry.mutate(bodyOf(period, true))}
          >
            {say('payout.check')}
          </Button>
          <Button type="primary" disabled={!ready} onClick={() => setSure(true)}>
            {words.close}
          </Button>
        </div>
        {dry.error ? <ProblemAlert error={dry.error} /> : null}
        {dry.data === undefined ? null : children(dry.data, period)}
      </div>
      <Confirm
        open={sure}
        title={`${words.close} ${period}`}
        confirmText={words.close}
        danger
        allowed={ready}
        busy={close.isPending}
        error={close.error}
        onConfirm={() => close.mutate(bodyOf(period, false), { onSuccess: done })}
        onCancel={() => setSure(false)}
      >
        <p>{words.sure}</p>
      </Confirm>
    </Card>
  )
}
