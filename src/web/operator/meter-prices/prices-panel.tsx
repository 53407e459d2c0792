// What one meter holds 表内电价: both sets as they were read, beside what its plan comes to in it.

import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { MeterTableSet } from '../../../http/contract/meter-prices.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { Loading } from '../shell/states.tsx'
import { MatchTag } from './match-tag.tsx'
import { isAwaited, type Prices, useMeterPrices, useReadPrices } from './price-data.ts'
import { OrderState } from './prices-page.tsx'
import { PushDialog } from './push-dialog.tsx'
import { TableSet } from './table-set.tsx'

const Sets = ({ prices }: { prices: Prices }) => {
  const { say } = useText()
  const unread = say(prices.readAt === null ? 'meterPrices.unknownSet' : 'meterPrices.noSet')
  const sets: [string, MeterTableSet | null, string][] = [
    [say('meterPrices.inForce'), prices.inForce, unread],
    [say('meterPrices.standby'), prices.standby, unread],
    [say('meterPrices.wanted'), prices.wanted, say('meterPrices.noSet')],
  ]
  return sets.map(([title, set, instead]) => (
    <section key={title}>
      <h3 className={layout.heading}>{title}</h3>
      {set === null ? (
        <p className={layout.none}>{instead}</p>
      ) : (
        <TableSet label={title} set={set} />
      )}
    </section>
  ))
}

/** Where a month's use begins anew in the meter; told where the plan's tiers go by it. */
const monthStartRow = (say: Say, { days, wantedDays }: Prices): [string, string] | null => {
  const wanted = wantedDays?.monthStart
  if (!wanted) return null
  const text = (start: string) => {
    const [day = '', hour = ''] = start.split(' ')
    return say('meterPrices.monthStart', { day, hour })
  }
  const held = days?.monthStart ? text(days.monthStart) : '—'
  const right = days?.monthStart === wanted
  return [say('priceDiffers.monthStart'), right ? held : `${held} → ${text(wanted)}`]
}

export const PricesPanel = ({ complexId, meterId }: { complexId: number; meterId: number }) => {
  const { say } = useText()
  const maySend = useMay('price.push')
  const mayRead = useMay('command.send')
  const [pushing, setPushing] = useState(false)
  const read = useReadPrices(complexId, meterId)
  const askedAt = read.data?.askedAt ?? null
  const { data: prices, error, refetch } = useMeterPrices(complexId, meterId, askedAt)
  if (error && !prices) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!prices) return <Loading />
  return (
    <div className={layout.stack}>
      <Facts
        rows={[
          [say('meterPrices.match'), <MatchTag key="m" row={prices} />],
          [say('plan.title'), <Name key="p">{prices.planName ?? '—'}</Name>],
          [say('meterPrices.readAt'), <When key="r" at={prices.readAt} />],
          [say('meterPrices.pending'), <When key="s" at={prices.pendingSwitchAt} />],
          [say('meterPrices.order'), <OrderState key="o" order={prices.order} />],
          monthStartRow(say, prices),
        ]}
      />
      {prices.problems.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={say('meterPrices.cannot')}
          description={prices.problems.map(({ title }) => title).join(' · ')}
        />
      )}
      {prices.match === 'unsupported' ? null : <Sets prices={prices} />}
      {read.error ? <ProblemAlert error={read.error} /> : null}
      {prices.match === 'unsupported' ? null : (
        <div className={layout.tools}>
          {mayRead ? (
            <Button
              data-testid="read-prices"
              loading={read.isPending || isAwaited(askedAt, prices.readAt)}
              onClick={() => read.mutate(undefined)}
            >
              {say('meterPrices.readNow')}
            </Button>
          ) : null}
          {maySend ? <Button onClick={() => setPushing(true)}>{say('push.title')}</Button> : null}
        </div>
      )}
      {pushing ? (
        <PushDialog complexId={complexId} meters={[prices]} onClose={() => setPushing(false)} />
      ) : null}
    </div>
  )
}
