// The power policy of a complex 供电策略: when arrears trip, when nobody is tripped, and how many at
// once.

import { Button } from 'antd'
import { useState } from 'react'
import type { PowerPolicy } from '../../../http/contract/policy.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import styles from './policy.module.css'
import {
  complexSettings,
  draftOf,
  type InterlockDraft,
  interlockDraft,
  type SupplyDraft,
  usePowerPolicy,
  useSavePolicy,
} from './policy-data.ts'
import { PolicyLinks } from './policy-links.tsx'
import { SupplyFields } from './supply-fields.tsx'

const FIGURES = [
  'keepAhead',
  'perMinute',
  'perFeederMinute',
  'surgeTrips',
  'surgeGroupTrips',
  'surgeMinutes',
] as const

const InterlockFields = ({ fields, change }: FieldsProps<InterlockDraft>) => {
  const { say } = useText()
  return (
    <>
      <h3 className={layout.heading}>{say('policy.part.interlock')}</h3>
      <div className={styles.fields}>
        {FIGURES.map((key) => (
          <TextField
            key={key}
            id={`policy-${key}`}
            label={say(`policy.figure.${key}`)}
            text={fields[key]}
            onText={(text) => change({ [key]: text })}
          />
        ))}
      </div>
    </>
  )
}

const Now = ({ policy }: { policy: PowerPolicy }) => {
  const { say } = useText()
  const { window, nextWindow, savedAt, savedBy, reason } = policy
  return (
    <Facts
      rows={[
        [
          say('policy.windowNow'),
          window ? (
            <>
              <When at={window.from} /> – <When at={window.until} />
            </>
          ) : (
            say('policy.noWindow')
          ),
        ],
        nextWindow
          ? [
              say('policy.windowNext'),
              <span key="next">
                <When at={nextWindow.from} /> – <When at={nextWindow.until} />
              </span>,
            ]
          : null,
        [
          say('plan.saved'),
          policy.isSet ? (
            <>
              <When at={savedAt} /> <Name>{savedBy ?? ''}</Name> <Name>{reason}</Name>
            </>
          ) : (
            say('policy.supplied')
          ),
        ],
      ]}
    />
  )
}

const PolicyForm = ({ policy }: { policy: PowerPolicy }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const save = useSavePolicy()
  const [supply, setSupply] = useState<SupplyDraft>(() => draftOf(policy.settings))
  const [figures, setFigures] = useState(() => interlockDraft(policy.settings))
  const [reason, setReason] = useState('')
  const [asking, setAsking] = useState(false)
  const settings = complexSettings(supply, figures)
  const isReady = settings !== null && reason.trim() !== ''
  const send = () => {
    if (settings === null) return
    save.mutate(
      { complexId, settings, reason: reason.trim() },
      { onSuccess: () => setAsking(false) },
    )
  }
  return (
    <ActForm>
      <SupplyFields
        prefix="policy"
        fields={supply}
        change={(part) => setSupply({ ...supply, ...part })}
      />
      <InterlockFields fields={figures} change={(part) => setFigures({ ...figures, ...part })} />
      <div className={styles.why}>
        <WhyField id="policy-reason" text={reason} onText={setReason} />
      </div>
      <Button type="primary" disabled={!isReady} onClick={() => setAsking(true)}>
        {say('policy.save')}
      </Button>
      <Confirm
        open={asking}
        title={say('policy.save')}
        confirmText={say('policy.save')}
        danger
        allowed={isReady}
        busy={save.isPending}
        error={save.error}
        onConfirm={send}
        onCancel={() => setAsking(false)}
      >
        <p>{say('policy.saveMeans')}</p>
      </Confirm>
    </ActForm>
  )
}

export const PolicyPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = usePowerPolicy(complexId)
  const mayEdit = useMay('policy.edit')
  return (
    <Page title={say('policy.title')} tools={<PolicyLinks />}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <Card>{data ? <Now policy={data} /> : <Loading />}</Card>
      {data ? (
        <Card title={say('policy.settings')}>
          <fieldset disabled={!mayEdit} style={{ border: 0, padding: 0, margin: 0 }}>
            <PolicyForm key={`${complexId}/${data.savedAt}`} policy={data} />
          </fieldset>
        </Card>
      ) : null}
    </Page>
  )
}
