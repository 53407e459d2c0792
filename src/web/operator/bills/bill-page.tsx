// The bills of an account 月账单: a month and a supply are chosen, and the amount explains itself.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Select } from 'antd'
import type { Bill } from '../../../http/contract/bills.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useAccount } from '../accounts/account-data.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useBills } from './bill-data.ts'
import { BillView } from './bill-view.tsx'

const route = getRouteApi('/shell/accounts/$accountId/bill')

const labelOf = ({ premises, premisesName, meters }: Bill): string =>
  [premises, premisesName, ...meters.map(({ meterNo }) => meterNo)].filter(Boolean).join(' ')

type ChooserProps = {
  month: string
  supply: number | undefined
  bills: readonly Bill[]
  onChoose: (search: { month: string; supply: string | undefined }) => void
}

const Chooser = ({ month, supply, bills, onChoose }: ChooserProps) => {
  const { say } = useText()
  return (
    <Card>
      <div className={layout.line}>
        <label htmlFor="bill-month">{say('bill.month')}</label>
        <PeriodInput
          id="bill-month"
          kind="month"
          value={month}
          onValue={(chosen) => {
            if (chosen !== '') onChoose({ month: chosen, supply: String(supply ?? '') })
          }}
        />
        <label htmlFor="bill-supply">{say('bill.supply')}</label>
        <Name>
          <Select
            id="bill-supply"
            style={{ minWidth: 380 }}
            value={supply ?? null}
            onChange={(next) => onChoose({ month, supply: String(next) })}
            options={bills.map((bill) => ({ value: bill.supplyId, label: labelOf(bill) }))}
          />
        </Name>
      </div>
    </Card>
  )
}

export const BillPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { accountId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const account = useAccount(accountId).data
  const thisMonth = nowIn(useZone()).format('YYYY-MM')
  const month = search.month ?? thisMonth
  const tenantSince = search.since
  const { data, error, refetch } = useBills(complexId, { accountId, month, tenantSince })
  const bills = data?.items ?? []
  const bill = bills.find(({ supplyId }) => String(supplyId) === search.supply) ?? bills[0]
  return (
    <Page
      title={say('bill.title')}
      trail={
        <>
          <Link to="/accounts">{say('nav.accounts')}</Link>
          <Link to="/accounts/$accountId" params={{ accountId }}>
            {account?.accountNo ?? accountId} <Name>{bill?.tenant ?? account?.tenant ?? ''}</Name>
          </Link>
        </>
      }
    >
      <Chooser
        month={month}
        supply={bill?.supplyId}
        bills={bills}
        onChoose={(next) => void navigate({ search: { ...next, since: tenantSince } })}
      />
      {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data && !bill ? <p className={layout.none}>{say('bill.noSupply')}</p> : null}
      {bill ? <BillView bill={bill} /> : null}
    </Page>
  )
}
