// The bills of an account 月账单: a supply and a month are chosen, and the amount explains itself.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Input, Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useAccount } from '../accounts/account-data.ts'
import { useComplex } from '../complex.tsx'
import { useSupplyPlans } from '../plans/plan-data.ts'
import { Loading } from '../shell/states.tsx'
import { useBill } from './bill-data.ts'
import { BillView } from './bill-view.tsx'

const route = getRouteApi('/shell/accounts/$accountId/bill')

const Shown = ({ supplyId, month }: { supplyId: number; month: string }) => {
  const { complexId } = useComplex()
  const { data: bill, error, refetch } = useBill(complexId, supplyId, month)
  if (error && !bill) return <ProblemAlert error={error} onRetry={() => refetch()} />
  return bill ? <BillView bill={bill} /> : <Loading />
}

export const BillPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { accountId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const account = useAccount(accountId).data
  const supplies = useSupplyPlans(complexId, { accountId: Number(accountId) })
  const thisMonth = nowIn(useZone()).format('YYYY-MM')
  const month = search.month ?? thisMonth
  const supplyId = Number(search.supply ?? supplies.data?.[0]?.supplyId ?? 0)
  return (
    <Page
      title={say('bill.title')}
      tools={
        <Link to="/accounts/$accountId" params={{ accountId }}>
          {account?.accountNo ?? accountId} <Name>{account?.tenant ?? ''}</Name>
        </Link>
      }
    >
      <Card>
        <div className={layout.line}>
          <label htmlFor="bill-supply">{say('bill.supply')}</label>
          <Select
            id="bill-supply"
            style={{ minWidth: 320 }}
            value={supplyId === 0 ? null : supplyId}
            onChange={(next) => void navigate({ search: { supply: String(next), month } })}
            options={supplies.data?.map((supply) => ({
              value: supply.supplyId,
              label: [supply.premises, supply.premisesName, supply.meterNo]
                .filter(Boolean)
                .join(' '),
            }))}
          />
          <label htmlFor="bill-month">{say('bill.month')}</label>
          <Input
            id="bill-month"
            type="month"
            style={{ width: 170 }}
            value={month}
            onChange={({ target }) =>
              target.value === '' ||
              void navigate({ search: { supply: search.supply, month: target.value } })
            }
          />
        </div>
      </Card>
      {supplies.error ? (
        <ProblemAlert error={supplies.error} onRetry={() => supplies.refetch()} />
      ) : null}
      {supplies.data?.length === 0 ? <p className={layout.none}>{say('bill.noSupply')}</p> : null}
      {supplyId === 0 ? null : <Shown key={supplyId} supplyId={supplyId} month={month} />}
    </Page>
  )
}
