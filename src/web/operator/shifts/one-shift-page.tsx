// One shift 班次详情: its slip as printed, its totals; whoever may, ends it for the absent.

import { PrinterOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Shift } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { usePrintSheet } from '../receipt/print.tsx'
import { Loading } from '../shell/states.tsx'
import { CloseForm, ShiftTotals } from './close-form.tsx'
import { CountForm } from './count-form.tsx'
import { useShift } from './shift-data.ts'
import { ShiftSlip, WhyItDiffers } from './shift-slip.tsx'

const route = getRouteApi('/shell/shifts/$shiftId')

/** Somebody else's shift that was left open: who closes days counts and closes it. */
const Unfinished = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  const mayEnd = useMay('day.close')
  return (
    <Card title={say(`shiftState.${shift.state}`)}>
      <div className={layout.stack}>
        <Facts
          rows={[
            [say('shift.operator'), <Name key="n">{shift.operator}</Name>],
            [say('shift.openedAt'), <When key="o" at={shift.openedAt} />],
            [say('shift.float'), <Money key="f" fen={shift.floatFen} unit />],
          ]}
        />
        {mayEnd && shift.state === 'open' ? <CountForm shift={shift} /> : null}
        {mayEnd && shift.state === 'counted' ? (
          <CloseForm shift={shift} onClosed={() => undefined} />
        ) : null}
      </div>
    </Card>
  )
}

export const OneShiftPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { shiftId } = route.useParams()
  const print = usePrintSheet()
  const { data: shift, error, refetch } = useShift(complexId, shiftId)
  const closed = shift?.state === 'closed'
  return (
    <Page
      title={say('shift.slip')}
      trail={<Link to="/shifts">{say('nav.shifts')}</Link>}
      tools={
        <Button
          type="primary"
          icon={<PrinterOutlined />}
          disabled={!closed}
          onClick={() => shift && print(<ShiftSlip shift={shift} />)}
        >
          {say('shift.print')}
        </Button>
      }
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!shift && !error ? <Loading /> : null}
      {shift && closed ? (
        <>
          <div className={layout.paper} data-testid="slip">
            <ShiftSlip shift={shift} />
          </div>
          <Card title={say('shift.totals')}>
            <ShiftTotals shift={shift} />
          </Card>
          {shift.reasonCode === null ? null : (
            <Card title={say('shift.reason')}>
              <WhyItDiffers shift={shift} />
            </Card>
          )}
        </>
      ) : null}
      {shift && !closed ? <Unfinished shift={shift} /> : null}
    </Page>
  )
}
