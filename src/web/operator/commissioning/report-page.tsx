// The acceptance report 验收报告, as it is printed: every meter of a building or gateway with what
// each step showed, open faults and the lines to sign on.

import { PrinterOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Static } from 'typebox'
import type { CheckRow } from '../../../http/contract/commissioning.ts'
import type { FileAnswer } from '../../../http/contract/sheets.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { saveFile } from '../../ui/csv.ts'
import layout from '../../ui/layout.module.css'
import { Energy, Power } from '../../ui/money.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { call } from '../api/client.ts'
import { useComplex, useComplexName } from '../complex.tsx'
import { usePrintSheet } from '../receipt/print.tsx'
import { Loading } from '../shell/states.tsx'
import { numberOf, stepIn, textOf, useFaultText, useReasonText } from './check-words.tsx'
import styles from './commissioning.module.css'
import { useChecks } from './commissioning-data.ts'
import { CommissioningLinks } from './links.tsx'
import { UnitChoice, unitOf } from './unit-choice.tsx'

const route = getRouteApi('/shell/commissioning/report')

const STEPS = ['read', 'credit', 'trip', 'close'] as const

const StepCell = ({ row, name }: { row: CheckRow; name: (typeof STEPS)[number] }) => {
  const { say } = useText()
  const reasonText = useReasonText()
  const step = stepIn(row, name)
  if (!step) return <td>—</td>
  const meters = typeof step.facts.meters === 'string' ? `: ${step.facts.meters}` : ''
  const why = step.reason === '' ? '' : ` (${reasonText(step.reason)}${meters})`
  return (
    <td>
      {say(`stepResult.${step.result}`)}
      {why} <When at={step.at} /> <Name>{step.operator ?? ''}</Name>
    </td>
  )
}

const Row = ({ row }: { row: CheckRow }) => {
  const { say } = useText()
  const fault = stepIn(row, 'fault')
  const faultText = useFaultText()
  const energyWh = numberOf(row, 'energyWh')
  return (
    <tr>
      <td>
        <Called zh={row.building} en={row.buildingEn} /> <Name>{row.premises}</Name>{' '}
        <Called zh={row.premisesName} en={row.premisesNameEn} />
      </td>
      <td>
        {row.meterNo}
        <br />
        {row.gatewayCode} / {row.bus} / {row.address}
      </td>
      <td>
        {row.model}
        <br />
        <Name>{textOf(row, 'software')}</Name>
      </td>
      <td>
        {energyWh === null ? '—' : <Energy wh={energyWh} />}
        <br />
        <Power w={numberOf(row, 'powerW')} />
      </td>
      {STEPS.map((name) => (
        <StepCell key={name} row={row} name={name} />
      ))}
      <td>
        {fault ? faultText(fault.reason) : ''} <Name>{fault?.note ?? ''}</Name>
      </td>
      <td>
        {say(`checkState.${row.state}`)}
        <br />
        <Name>{row.endedBy ?? ''}</Name>
        {row.endedAt === null ? null : <When at={row.endedAt} />}
        <Name>{row.note}</Name>
      </td>
    </tr>
  )
}

const headings = (say: Say): string[] => [
  say('board.premises'),
  `${say('meter.no')} · ${say('scan.address')}`,
  `${say('model.name')} · ${say('acceptance.software')}`,
  say('acceptance.values'),
  ...STEPS.map((step) => say(`checkStep.${step}`)),
  say('checkStep.fault'),
  say('acceptance.result'),
]

const Sheet = ({ complex, rows }: { complex: string; rows: readonly CheckRow[] }) => {
  const { say } = useText()
  const passed = rows.filter(({ state }) => state === 'passed').length
  return (
    <article className={styles.sheet} data-testid="acceptance">
      <h2>
        <Name>{complex}</Name> {say('acceptance.title')}
      </h2>
      <p>{say('acceptance.sum', { n: rows.length, passed, left: rows.length - passed })}</p>
      <table>
        <thead>
          <tr>
            {headings(say).map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.meterId} row={row} />
          ))}
        </tbody>
      </table>
      <div className={styles.signatures}>
        <span>{say('acceptance.engineer')}</span>
        <span>{say('acceptance.owner')}</span>
        <span>{say('acceptance.supervisor')}</span>
        <span>{say('acceptance.date')}</span>
      </div>
    </article>
  )
}

const Excel = ({ query }: { query: Record<string, number> }) => {
  const { say } = useText()
  const save = useMutation({
    mutationFn: () => call<Static<typeof FileAnswer>>('/meter-checks/report', { query }),
    onSuccess: saveFile,
  })
  return (
    <>
      <Button loading={save.isPending} onClick={() => save.mutate()}>
        {say('acceptance.excel')}
      </Button>
      {save.error ? <ProblemAlert error={save.error} /> : null}
    </>
  )
}

export const ReportPage = () => {
  const { say } = useText()
  const complex = useComplex()
  const complexName = useComplexName(complex.name)
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const print = usePrintSheet()
  const unit = unitOf(search)
  const { data, error, refetch } = useChecks(complex.complexId, unit)
  const sheet = data ? <Sheet complex={complexName} rows={data.items} /> : null
  return (
    <Page title={say('acceptance.title')} tools={<CommissioningLinks />}>
      <Card>
        <div className={styles.bar}>
          <UnitChoice
            complexId={complex.complexId}
            search={search}
            onChosen={(next) => void navigate({ search: next })}
          />
          <Button
            type="primary"
            icon={<PrinterOutlined />}
            disabled={sheet === null}
            onClick={() => sheet && print(sheet)}
          >
            {say('acceptance.print')}
          </Button>
          <Excel query={{ complexId: complex.complexId, ...unit }} />
        </div>
      </Card>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {sheet ? <div className={layout.paper}>{sheet}</div> : null}
    </Page>
  )
}
