// Releasing a held meter 解除挂起: the person says what happened, why, and how much money nobody sold.
// The first click shows what will be done, the second does it; a double click is not two decisions.

import { Alert, Button, Form, Radio } from 'antd'
import { useRef, useState } from 'react'
import type { Hold } from '../../../http/contract/holds.ts'
import { useText } from '../../text/i18n.ts'
import { monoMs } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, RmbField, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { fenOf, signedFenOf, typedYuan } from '../../ui/money-text.ts'
import { Name, nameIn } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { RmbInput } from '../../ui/rmb-input.tsx'
import { comparisonOf } from './evidence.ts'
import { type Release, type Resolution, useRelease } from './hold-data.ts'
import styles from './holds.module.css'

/** A second click that comes sooner belongs to the first. */
const DOUBLE_CLICK_MS = 700

const OF_PURCHASE = ['ours', 'foreign', 'newEpoch'] as const satisfies readonly Resolution[]
const OF_REDUCTION = ['taken', 'notTaken'] as const satisfies readonly Resolution[]

type Fields = { resolution: Resolution | null; difference: string; taken: string; reason: string }

/** What is asked of the server; null where something is still missing. */
const requestOf = ({ resolution, difference, taken, reason }: Fields): Release | null => {
  const why = reason.trim()
  if (resolution === null || why === '') return null
  if (resolution === 'ours' || resolution === 'notTaken') return { resolution, reason: why }
  if (resolution === 'taken') {
    const takenFen = fenOf(taken)
    // Left out: what was sent.
    if (taken.trim() === '') return { resolution, reason: why }
    return takenFen === null ? null : { resolution, reason: why, takenFen }
  }
  const differenceFen = signedFenOf(difference)
  return differenceFen === null ? null : { resolution, reason: why, differenceFen }
}

const Choices = ({ hold, fields, onFields }: FieldsProps) => {
  const { say } = useText()
  return (
    <Radio.Group
      className={styles.choices}
      value={fields.resolution}
      onChange={(event) => onFields({ ...fields, resolution: event.target.value })}
    >
      {(hold.reductionId === null ? OF_PURCHASE : OF_REDUCTION).map((each) => (
        <Radio key={each} value={each} disabled={each === 'ours' && hold.purchaseId === null}>
          <strong>{say(`resolution.${each}`)}</strong>
          <span className={styles.explained}>
            {say(`resolution.why.${each}`)} {say(`resolution.when.${each}`)}
          </span>
        </Radio>
      ))}
    </Radio.Group>
  )
}

const DifferenceHint = ({ filled }: { filled: boolean }) => {
  const { say } = useText()
  return (
    <>
      {say('hold.differenceHint')} {filled ? say('hold.differenceFilled') : null}
    </>
  )
}

type FieldsProps = { hold: Hold; fields: Fields; onFields: (next: Fields) => void }

const ReleaseFields = ({ hold, fields, onFields }: FieldsProps) => {
  const { say } = useText()
  const { resolution } = fields
  return (
    <ActForm>
      <Form.Item label={say('hold.resolution')}>
        <Choices hold={hold} fields={fields} onFields={onFields} />
      </Form.Item>
      {resolution === 'taken' ? (
        <RmbField
          id="hold-taken"
          label={say('hold.taken')}
          text={fields.taken}
          onText={(taken) => onFields({ ...fields, taken })}
          hint={say('hold.takenHint')}
        />
      ) : null}
      {resolution !== 'foreign' && resolution !== 'newEpoch' ? null : (
        <Form.Item
          label={say('hold.difference')}
          htmlFor="hold-difference"
          extra={<DifferenceHint filled={comparisonOf(hold.evidence).differenceFen !== null} />}
        >
          <RmbInput
            signed
            id="hold-difference"
            label={say('hold.difference')}
            text={fields.difference}
            onText={(difference) => onFields({ ...fields, difference })}
          />
        </Form.Item>
      )}
      <TextField
        id="hold-why"
        label={say('hold.why')}
        text={fields.reason}
        onText={(reason) => onFields({ ...fields, reason })}
        maxLength={200}
      />
    </ActForm>
  )
}

/** What the second click will do; the way back has the focus, so that Enter never releases. */
const Summary = ({ request, onBack }: { request: Release; onBack: () => void }) => {
  const { say } = useText()
  const { resolution, differenceFen, takenFen, reason } = request
  return (
    <div className={styles.summary}>
      <Facts
        rows={[
          [say('hold.resolution'), <strong key="r">{say(`resolution.${resolution}`)}</strong>],
          ['', say(`resolution.why.${resolution}`)],
          differenceFen === undefined
            ? null
            : [say('hold.difference'), <Money key="d" fen={differenceFen} strong />],
          takenFen === undefined
            ? null
            : [say('hold.taken'), <Money key="t" fen={takenFen} strong />],
          [say('fact.reason'), <Name key="w">{reason}</Name>],
        ]}
      />
      <Alert type="warning" showIcon title={say('hold.sure')} />
      <div>
        <Button autoFocus onClick={onBack}>
          {say('action.back')}
        </Button>
      </div>
    </div>
  )
}

const startOf = (hold: Hold): Fields => {
  const { differenceFen } = comparisonOf(hold.evidence)
  const difference = differenceFen === null ? '' : typedYuan(differenceFen)
  return { resolution: null, difference, taken: '', reason: '' }
}

export const ReleaseDialog = ({ hold, onClose }: { hold: Hold; onClose: () => void }) => {
  const { say, language } = useText()
  const [fields, setFields] = useState(() => startOf(hold))
  const [sure, setSure] = useState(false)
  const askedAt = useRef(0)
  const release = useRelease(hold)
  const request = requestOf(fields)
  const shop = nameIn(language, { zh: hold.premises, en: hold.premisesEn })
  const confirm = () => {
    if (request === null || release.isPending) return
    if (!sure) {
      askedAt.current = monoMs()
      setSure(true)
    } else if (monoMs() - askedAt.current > DOUBLE_CLICK_MS) {
      release.mutate(request, { onSuccess: onClose, onError: () => setSure(false) })
    }
  }
  return (
    <Confirm
      open
      title={`${say('hold.release')} ${shop} ${hold.meterNo}`}
      confirmText={say(sure ? 'hold.releaseSure' : 'hold.release')}
      danger={sure}
      widthPx={660}
      allowed={request !== null}
      busy={release.isPending}
      error={release.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <p className={layout.lead}>{hold.title[language]}</p>
      {sure && request !== null ? (
        <Summary request={request} onBack={() => setSure(false)} />
      ) : (
        <ReleaseFields hold={hold} fields={fields} onFields={setFields} />
      )}
    </Confirm>
  )
}
