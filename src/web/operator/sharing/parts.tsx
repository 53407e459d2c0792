// Fixed parts 固定份额: how many parts of the whole each premises behind the main point bears.

import { Button, Input } from 'antd'
import { useState } from 'react'
import type { SharingPremises, SharingRule } from '../../../http/contract/sharing.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useBehind, useChangeRule } from './sharing-data.ts'

const PARTS = /^[1-9]\d{0,6}$/
const DM2_PER_M2 = 100

/** Typed parts by premises; null where one of them is no figure. */
const partsOf = (typed: ReadonlyMap<number, string>) => {
  const parts: { premisesId: number; parts: number }[] = []
  for (const [premisesId, text] of typed) {
    if (text === '') continue
    if (!PARTS.test(text)) return null
    parts.push({ premisesId, parts: Number(text) })
  }
  return parts
}

type EditProps = { rule: SharingRule; premises: readonly SharingPremises[] }

const Editing = ({ rule, premises }: EditProps) => {
  const { say } = useText()
  const mayMake = useMay('sharing.make')
  const set = useChangeRule(rule.ruleId)
  const [typed, setTyped] = useState<ReadonlyMap<number, string>>(
    () => new Map(premises.map((one) => [one.premisesId, one.parts?.toString() ?? ''])),
  )
  const parts = partsOf(typed)
  const type = (premisesId: number, text: string) => {
    set.reset()
    setTyped(new Map([...typed, [premisesId, text.trim()]]))
  }
  return (
    <>
      <DataTable<SharingPremises>
        label={say('sharing.parts')}
        rows={premises}
        rowKey={(one) => one.premisesId}
        emptyText={say('sharing.noPremises')}
        columns={[
          { key: 'p', title: say('sharing.premises'), render: (p) => <Name>{p.premises}</Name> },
          {
            key: 'a',
            title: say('sharing.area'),
            align: 'right',
            render: ({ areaDm2 }) => (areaDm2 === null ? '—' : areaDm2 / DM2_PER_M2),
          },
          {
            key: 'n',
            title: say('sharing.parts'),
            render: ({ premisesId, premises: name }) => (
              <Input
                style={{ width: 110 }}
                inputMode="numeric"
                aria-label={`${say('sharing.parts')} ${name}`}
                status={PARTS.test(typed.get(premisesId) || '1') ? '' : 'error'}
                disabled={!mayMake}
                value={typed.get(premisesId) ?? ''}
                onChange={(event) => type(premisesId, event.target.value)}
              />
            ),
          },
        ]}
      />
      {set.error ? <ProblemAlert error={set.error} /> : null}
      {mayMake ? (
        <Button
          type="primary"
          disabled={parts === null}
          loading={set.isPending}
          onClick={() => parts && set.mutate({ parts })}
        >
          {say('sharing.save')}
        </Button>
      ) : null}
    </>
  )
}

export const Parts = ({ rule }: { rule: SharingRule }) => {
  const { say } = useText()
  const { data, error, refetch } = useBehind(rule.ruleId)
  return (
    <Card title={say('sharing.parts')}>
      <p>{say('sharing.partsHint')}</p>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <Editing rule={rule} premises={data.items} /> : null}
    </Card>
  )
}
