// Who the complex is and when its days begin 综合体档案.

import { Button } from 'antd'
import { useState } from 'react'
import type { ComplexDetail } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Card, Facts } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { renewSession } from '../api/session.ts'
import { useMay } from '../api/session-store.ts'
import { changesOf } from '../places/changes.ts'
import { EntryForm } from '../places/entry-form.tsx'
import { useChangeComplex } from './complex-data.ts'
import { ComplexFields, type ComplexTyped } from './complex-fields.tsx'
import { dayCutOf, dayCutText } from './day-cut.ts'

const typedOf = ({ name, nameEn, zone, dayCutMinutes }: ComplexDetail): ComplexTyped => ({
  ...{ name, nameEn, zone },
  dayCut: dayCutText(dayCutMinutes),
})

/** Null where something is missing or can't be read. */
export const complexOf = ({ name, nameEn, zone, dayCut }: ComplexTyped) => {
  const dayCutMinutes = dayCutOf(dayCut)
  if (name.trim() === '' || dayCutMinutes === null) return null
  return { name: name.trim(), nameEn: nameEn.trim(), zone, dayCutMinutes }
}

export const IdentityCard = ({ complex }: { complex: ComplexDetail }) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  // As it was when the form opened: what comes in meanwhile was not seen.
  const [before, setBefore] = useState(() => typedOf(complex))
  const [typed, setTyped] = useState(before)
  const act = useChangeComplex(complex.complexId)
  const was = complexOf(before)
  const asked = complexOf(typed)
  const changes = was && asked && changesOf(was, asked)
  const save = () => {
    // The header and the sheets take the name from the session.
    const onSuccess = (saved: ComplexDetail) => {
      setBefore(typedOf(saved))
      setTyped(typedOf(saved))
      void renewSession()
    }
    if (changes && !act.isPending) act.mutate(changes, { onSuccess })
  }
  return (
    <Card title={say('settings.identity')}>
      <div className={layout.stack}>
        <Facts
          rows={[
            [
              say('settings.code'),
              <span key="c" translate="no">
                {complex.code}
              </span>,
            ],
            [say('settings.currency'), say('settings.currencyText')],
          ]}
        />
        <EntryForm onEnter={save}>
          <ComplexFields
            typed={typed}
            error={act.error}
            inUse={complex.inUse}
            set={(part) => setTyped({ ...typed, ...part })}
          />
          {mayEdit ? (
            <Button type="primary" disabled={!changes} loading={act.isPending} onClick={save}>
              {say('action.save')}
            </Button>
          ) : null}
        </EntryForm>
      </div>
      {act.error ? <ProblemAlert error={act.error} /> : null}
      {act.isSuccess && !changes ? <p role="status">{say('settings.saved')}</p> : null}
    </Card>
  )
}
