// One's own shift 我的班次: open with a float, sell, count blind, name the difference, hand over.

import { HistoryOutlined } from '@ant-design/icons'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Form } from 'antd'
import { useState } from 'react'
import type { Shift } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { fenOf } from '../../ui/money-text.ts'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { RmbInput } from '../../ui/rmb-input.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { CloseForm } from './close-form.tsx'
import { CountForm } from './count-form.tsx'
import { useCurrentShift, useOpenShift } from './shift-data.ts'

const OpenForm = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [text, setText] = useState('0')
  const open = useOpenShift()
  const floatFen = fenOf(text)
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      className={layout.narrow}
      onFinish={() => {
        if (floatFen !== null && !open.isPending) open.mutate({ complexId, floatFen })
      }}
    >
      <p className={layout.lead}>{say('shift.none')}</p>
      <Form.Item label={say('shift.float')} htmlFor="float" extra={say('shift.floatHint')}>
        <RmbInput id="float" size="large" label={say('shift.float')} text={text} onText={setText} />
      </Form.Item>
      {open.error ? <ProblemAlert error={open.error} /> : null}
      <Button
        type="primary"
        size="large"
        htmlType="submit"
        disabled={floatFen === null}
        loading={open.isPending}
      >
        {say('shift.open')}
      </Button>
    </Form>
  )
}

const Running = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  const navigate = useNavigate()
  const onClosed = ({ shiftId }: Shift) =>
    void navigate({ to: '/shifts/$shiftId', params: { shiftId } })
  return (
    <div className={layout.halves} data-shift={shift.state}>
      <Card title={say(shift.state === 'open' ? 'shift.doCount' : 'shift.close')}>
        {shift.state === 'open' ? (
          <CountForm shift={shift} />
        ) : (
          <CloseForm shift={shift} onClosed={onClosed} />
        )}
      </Card>
      <Card title={say('shift.current')}>
        <Facts
          rows={[
            [say('shift.state'), say(`shiftState.${shift.state}`)],
            [say('shift.openedAt'), <When key="o" at={shift.openedAt} />],
            [say('shift.float'), <Money key="f" fen={shift.floatFen} unit />],
          ]}
        />
      </Card>
    </div>
  )
}

export const ShiftPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useCurrentShift(complexId)
  return (
    <Page
      title={say('nav.shift')}
      tools={
        <Link to="/shifts" search={{ own: 'yes' }}>
          <HistoryOutlined aria-hidden /> {say('shift.ownList')}
        </Link>
      }
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data && data.shift === null ? (
        <Card title={say('shift.open')}>
          <OpenForm />
        </Card>
      ) : null}
      {data?.shift ? <Running shift={data.shift} /> : null}
    </Page>
  )
}
