// Opening an account 开户: the tenant, a meter that is not opened yet, its price and thresholds, and
// the first purchase, which the opening itself writes into the meter.

import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Radio, Select } from 'antd'
import { useMemo, useRef, useState } from 'react'
import type { ComplexDefaults } from '../../../http/contract/registers.ts'
import type { BoardItem, OpenAccount } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { METHODS } from '../../ui/methods.ts'
import { fenOf, typedYuan } from '../../ui/money-text.ts'
import { Card, Page } from '../../ui/page.tsx'
import { usePointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { RmbInput } from '../../ui/rmb-input.tsx'
import { newRequestId } from '../api/client.ts'
import { useBoardSnapshot, useOverview } from '../board/board-data.ts'
import { buildingName, floorName } from '../board/building.ts'
import { useComplex } from '../complex.tsx'
import { boardStore } from '../live/live.ts'
import { usePlanOptions } from '../plans/plan-name.ts'
import { useDefaults } from '../settings/complex-data.ts'
import { Loading } from '../shell/states.tsx'
import { openAccount } from './account-data.ts'
import styles from './accounts.module.css'

const route = getRouteApi('/shell/accounts/open')

type Fields = {
  tenant: string
  phone?: string
  mode: NonNullable<OpenAccount['mode']>
  meterId: number
  planId: number
  method: NonNullable<OpenAccount['method']>
}

const AMOUNTS = ['alarm1', 'alarm2', 'first'] as const
type Amounts = Record<(typeof AMOUNTS)[number], string>
const USUAL: Amounts = { alarm1: '50', alarm2: '20', first: '' }

/** As the complex has set it 默认参数. */
const usualOf = (defaults: ComplexDefaults | null): Amounts =>
  defaults === null
    ? USUAL
    : {
        ...USUAL,
        alarm1: typedYuan(defaults.alarm1Fen),
        alarm2: typedYuan(defaults.alarm2Fen),
      }

const requestOf = (
  complexId: number,
  fields: Fields,
  { amounts, defaults }: { amounts: Amounts; defaults: ComplexDefaults | null },
): OpenAccount => {
  const firstPurchaseFen = fenOf(amounts.first) ?? 0
  return {
    complexId,
    mode: fields.mode,
    tenant: {
      name: fields.tenant.trim(),
      ...(fields.phone ? { phone: fields.phone.trim() } : {}),
    },
    meters: [
      {
        meterId: fields.meterId,
        planId: fields.planId,
        alarm1Fen: fenOf(amounts.alarm1) ?? 0,
        alarm2Fen: fenOf(amounts.alarm2) ?? 0,
        ...(defaults && {
          overdraftFen: defaults.overdraftFen,
          hoardingFen: defaults.hoardingFen,
        }),
        ...(firstPurchaseFen > 0 ? { firstPurchaseFen } : {}),
      },
    ],
    ...(firstPurchaseFen > 0 ? { method: fields.method } : {}),
  }
}

/** Meters that nobody is supplied through. */
const useFreeMeters = (complexId: number) => {
  const { say, language } = useText()
  const kindWord = usePointKind()
  useBoardSnapshot(complexId)
  const { ids } = useOverview()
  return useMemo(
    () =>
      ids
        .map(boardStore.item)
        .filter((item): item is BoardItem => item?.accountId === null)
        .map((item) => ({
          value: item.meterId,
          label: [
            buildingName(item, language),
            floorName(item.floor, say),
            item.premises,
            kindWord(item.pointKind),
            item.meterNo,
          ].join(' '),
        })),
    [ids, language, say, kindWord],
  )
}

const AmountFields = ({
  amounts,
  onAmounts,
}: {
  amounts: Amounts
  onAmounts: (next: Amounts) => void
}) => {
  const { say } = useText()
  return AMOUNTS.map((key) => (
    <Form.Item key={key} label={say(`account.amount.${key}`)} htmlFor={key}>
      <RmbInput
        id={key}
        label={say(`account.amount.${key}`)}
        text={amounts[key]}
        onText={(text) => onAmounts({ ...amounts, [key]: text })}
      />
    </Form.Item>
  ))
}

const MeterFields = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const meters = useFreeMeters(complexId)
  const plans = usePlanOptions(complexId, 'toGive')
  const rules = [{ required: true, message: say('account.missing') }]
  return (
    <>
      <Form.Item name="meterId" label={say('account.meter')} rules={rules}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={meters}
          notFoundContent={say('account.noFreeMeter')}
        />
      </Form.Item>
      <Form.Item name="planId" label={say('meter.plan')} rules={rules}>
        <Select loading={plans.isPending} options={plans.options} />
      </Form.Item>
      <Form.Item name="mode" label={say('account.mode')} extra={say('account.modeHint')}>
        <Radio.Group
          options={(['meter', 'centre'] as const).map((mode) => ({
            value: mode,
            label: say(`account.mode.${mode}`),
          }))}
        />
      </Form.Item>
      {plans.error ? <ProblemAlert error={plans.error} /> : null}
    </>
  )
}

type OpenFormProps = { meterId: number | undefined; defaults: ComplexDefaults | null }

const OpenForm = ({ meterId, defaults }: OpenFormProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const navigate = useNavigate()
  const [amounts, setAmounts] = useState(() => usualOf(defaults))
  const requestId = useRef(newRequestId())
  const opening = useMutation({
    mutationFn: (fields: Fields) =>
      openAccount(requestOf(complexId, fields, { amounts, defaults }), requestId.current),
    onSuccess: (account) =>
      void navigate({
        to: '/accounts/$accountId',
        params: { accountId: String(account.accountId) },
      }),
  })
  return (
    <Form<Fields>
      layout="vertical"
      className={styles.openForm}
      initialValues={{
        ...{ method: 'cash', mode: 'meter' },
        ...(meterId ? { meterId } : {}),
        ...(defaults && defaults.planId !== null ? { planId: defaults.planId } : {}),
      }}
      onFinish={(fields) => {
        if (!opening.isPending && !opening.isSuccess) opening.mutate(fields)
      }}
    >
      <div className={styles.openFields}>
        <Form.Item
          name="tenant"
          label={say('account.tenant')}
          rules={[{ required: true, whitespace: true, message: say('account.missing') }]}
        >
          <Input maxLength={100} autoFocus />
        </Form.Item>
        <Form.Item
          name="phone"
          label={say('account.phone')}
          rules={[{ pattern: /^\+?[0-9]{6,15}$/, message: say('account.phoneWrong') }]}
        >
          <Input maxLength={16} inputMode="tel" />
        </Form.Item>
        <MeterFields complexId={complexId} />
        <AmountFields amounts={amounts} onAmounts={setAmounts} />
      </div>
      <Form.Item name="method" label={say('sale.method')}>
        <Radio.Group
          options={METHODS.map((method) => ({ value: method, label: say(`method.${method}`) }))}
        />
      </Form.Item>
      {opening.error ? <ProblemAlert error={opening.error} /> : null}
      <Button type="primary" htmlType="submit" loading={opening.isPending}>
        {say('account.open')}
      </Button>
    </Form>
  )
}

export const OpenPage = () => {
  const { say } = useText()
  const { meter } = route.useSearch()
  const { complexId } = useComplex()
  const { defaults, waiting } = useDefaults(complexId)
  return (
    <Page title={say('account.open')} trail={<Link to="/accounts">{say('nav.accounts')}</Link>}>
      <Card>
        {waiting ? (
          <Loading />
        ) : (
          <OpenForm meterId={meter ? Number(meter) : undefined} defaults={defaults} />
        )}
      </Card>
    </Page>
  )
}
