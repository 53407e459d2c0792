// The settings of a complex 综合体设置: who it is, what forms begin with, how often is read, what sales
// take; and the way to those that have pages of their own.

import { Link } from '@tanstack/react-router'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { CanarySetting } from '../batches/canary-setting.tsx'
import { useComplex } from '../complex.tsx'
import { useComplexDetail } from './complex-data.ts'
import { DefaultsCard } from './defaults-card.tsx'
import { FeeCard } from './fee-card.tsx'
import { IdentityCard } from './identity-card.tsx'
import { ReadingCard } from './reading-card.tsx'

const Elsewhere = () => {
  const { say } = useText()
  const rows = [
    [
      'alarm.view',
      <Link key="a" to="/alarms/rules">
        {say('settings.moreAlarms')}
      </Link>,
    ],
    [
      'command.view',
      <Link key="p" to="/policy">
        {say('settings.morePolicy')}
      </Link>,
    ],
    [
      'register.view',
      <Link key="c" to="/calendar">
        {say('settings.moreCalendar')}
      </Link>,
    ],
    [
      'ledger.view',
      <Link key="l" to="/price-cap">
        {say('settings.moreCap')}
      </Link>,
    ],
    [
      'register.edit',
      <Link key="s" to="/setup">
        {say('settings.moreSetup')}
      </Link>,
    ],
  ] as const
  const may = {
    'alarm.view': useMay('alarm.view'),
    'command.view': useMay('command.view'),
    'register.view': useMay('register.view'),
    'ledger.view': useMay('ledger.view'),
    'register.edit': useMay('register.edit'),
  }
  return (
    <Card title={say('settings.elsewhere')}>
      <p className={layout.spaced}>{say('settings.elsewhereLead')}</p>
      <ul>
        {rows.map(([permission, link]) =>
          may[permission] ? <li key={permission}>{link}</li> : null,
        )}
      </ul>
    </Card>
  )
}

const Own = ({ complexId }: { complexId: number }) => {
  const { data, error, refetch } = useComplexDetail(complexId)
  return (
    <>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? (
        <>
          <IdentityCard key={`identity-${complexId}`} complex={data} />
          <DefaultsCard key={`defaults-${complexId}`} complex={data} />
        </>
      ) : null}
    </>
  )
}

export const SettingsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const maySeeCanary = useMay('command.view')
  return (
    <Page title={say('nav.settings')}>
      <div className={layout.halves}>
        <div className={layout.stack}>
          <Own complexId={complexId} />
        </div>
        <div className={layout.stack}>
          <ReadingCard complexId={complexId} />
          <FeeCard complexId={complexId} />
          {maySeeCanary ? <CanarySetting complexId={complexId} /> : null}
          <Elsewhere />
        </div>
      </div>
    </Page>
  )
}
