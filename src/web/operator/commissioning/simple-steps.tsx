// The steps of a check without an order 调试步骤: reading, the small credit, faults and the
// signature.

import { Link } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { Static } from 'typebox'
import type { CheckCredit, MeterCheck, StepRequest } from '../../../http/contract/commissioning.ts'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import styles from './commissioning.module.css'
import { useStartRead, useStep, useTestRead } from './commissioning-data.ts'

type StepProps = { complexId: number; check: MeterCheck }

export const ReadStep = ({ complexId, check }: StepProps) => {
  const { say } = useText()
  const [readId, setReadId] = useState<string | undefined>(undefined)
  const start = useStartRead()
  const { data } = useTestRead(complexId, readId)
  const record = useStep(complexId, check.checkId ?? '')
  const ended = data !== undefined && data.endedAt !== null
  return (
    <>
      <span className={styles.acts}>
        <Button
          type={ended ? 'default' : 'primary'}
          loading={start.isPending || (readId !== undefined && !ended)}
          onClick={() =>
            start.mutate(
              { meterId: check.meterId },
              { onSuccess: ({ testReadId }) => setReadId(testReadId) },
            )
          }
        >
          {say('testRead.start')}
        </Button>
        {ended && readId ? (
          <>
            <Link to="/commissioning/read" search={{ read: readId }}>
              {say('check.frames')}
            </Link>
            <Button
              type="primary"
              loading={record.isPending}
              onClick={() =>
                record.mutate(
                  { step: 'read', testReadId: readId },
                  { onSuccess: () => setReadId(undefined) },
                )
              }
            >
              {say('check.record')}
            </Button>
          </>
        ) : null}
      </span>
      {(start.error ?? record.error) ? <ProblemAlert error={start.error ?? record.error} /> : null}
    </>
  )
}

const CREDIT_FEN = 10

export const CreditStep = ({ complexId, check }: StepProps) => {
  const { say } = useText()
  const { credit } = check
  const load = useAct<object, Static<typeof CheckCredit>>(`/meter-checks/${check.checkId}/credit`, {
    query: { complexId },
    renews: [['meter-check']],
  })
  const record = useStep(complexId, check.checkId ?? '')
  const error = load.error ?? record.error
  const mayRecord = credit ? !credit.underWay : !check.can.credit
  return (
    <>
      {check.can.credit ? null : <p className={styles.lead}>{say('check.noCredit')}</p>}
      <span className={styles.acts}>
        {check.can.credit && !credit ? (
          <Button
            type="primary"
            loading={load.isPending}
            onClick={() => load.mutate({ amountFen: CREDIT_FEN })}
          >
            {say('check.load')}
          </Button>
        ) : null}
        {credit ? say(credit.underWay ? 'check.creditWaits' : 'check.creditOver') : null}
        {mayRecord ? (
          <Button
            type="primary"
            loading={record.isPending}
            onClick={() => record.mutate({ step: 'credit' })}
          >
            {say('check.record')}
          </Button>
        ) : null}
      </span>
      {error ? <ProblemAlert error={error} /> : null}
    </>
  )
}

const FAULTS = [
  'wiring',
  'address',
  'relay',
  'reading',
  'communication',
  'access',
  'other',
] as const
type FaultName = (typeof FAULTS)[number]

export const FaultStep = ({ complexId, check }: StepProps) => {
  const { say } = useText()
  const [reason, setReason] = useState<FaultName | null>(null)
  const [note, setNote] = useState('')
  const record = useStep(complexId, check.checkId ?? '')
  return (
    <>
      <span className={styles.acts}>
        <Select
          aria-label={say('checkStep.fault')}
          style={{ width: 180 }}
          value={reason}
          placeholder={say('check.whichFault')}
          options={FAULTS.map((each) => ({ value: each, label: say(`checkFault.${each}`) }))}
          onChange={setReason}
        />
        <Input
          aria-label={say('check.note')}
          placeholder={say('check.note')}
          style={{ width: 320 }}
          value={note}
          maxLength={400}
          onChange={(event) => setNote(event.target.value)}
        />
        <Button
          disabled={reason === null}
          loading={record.isPending}
          onClick={() =>
            reason !== null &&
            record.mutate(
              { step: 'fault', reason, note },
              {
                onSuccess: () => {
                  setReason(null)
                  setNote('')
                },
              },
            )
          }
        >
          {say('check.addFault')}
        </Button>
      </span>
      {record.error ? <ProblemAlert error={record.error} /> : null}
    </>
  )
}

export const SignStep = ({ complexId, check }: StepProps) => {
  const { say } = useText()
  const [note, setNote] = useState('')
  const record = useStep(complexId, check.checkId ?? '')
  const sign = (withFaults: boolean) => {
    const body: StepRequest = { step: 'sign', note, ...(withFaults ? { withFaults } : {}) }
    record.mutate(body)
  }
  return (
    <>
      <Input
        aria-label={say('check.note')}
        placeholder={say('check.note')}
        style={{ width: 420 }}
        value={note}
        maxLength={400}
        onChange={(event) => setNote(event.target.value)}
      />
      <span className={styles.acts}>
        <Button type="primary" loading={record.isPending} onClick={() => sign(false)}>
          {say('check.signPassed')}
        </Button>
        <Button danger disabled={record.isPending} onClick={() => sign(true)}>
          {say('check.signFaults')}
        </Button>
      </span>
      {record.error ? <ProblemAlert error={record.error} /> : null}
    </>
  )
}
