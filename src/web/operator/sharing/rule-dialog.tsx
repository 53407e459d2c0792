// A sharing rule 公摊方案 as it is made or changed.

import { Form, Radio, Select } from 'antd'
import { useState } from 'react'
import type { SharingRule } from '../../../http/contract/sharing.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { e8Of, typedPrice } from '../../ui/money-text.ts'
import { useChangeRule, useMainPoints, useMakeRule } from './sharing-data.ts'

type Fields = {
  name: string
  nameEn: string
  mainPointId: number | null
  sharedBy: SharingRule['sharedBy']
  vacant: SharingRule['vacant']
  price: string
}

const NEW: Fields = {
  name: '',
  nameEn: '',
  mainPointId: null,
  sharedBy: 'area',
  vacant: 'landlord',
  price: '',
}

const fieldsOf = (rule: SharingRule): Fields => ({ ...rule, price: typedPrice(rule.priceE8) })

/** Null while something is missing. */
const askedOf = ({ name, nameEn, sharedBy, vacant, price }: Fields) => {
  const priceE8 = e8Of(price)
  if (name.trim() === '' || priceE8 === null || priceE8 < 1) return null
  return { name: name.trim(), nameEn: nameEn.trim(), sharedBy, vacant, priceE8 }
}

const Choices = ({ fields, change }: FieldsProps<Fields>) => {
  const { say } = useText()
  return (
    <>
      <Form.Item label={say('sharing.by')}>
        <Radio.Group
          className={layout.choices}
          value={fields.sharedBy}
          onChange={(event) => change({ sharedBy: event.target.value })}
          options={(['area', 'energy', 'fixed'] as const).map((value) => ({
            value,
            label: say(`sharing.by.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item label={say('sharing.vacant')}>
        <Radio.Group
          className={layout.choices}
          value={fields.vacant}
          onChange={(event) => change({ vacant: event.target.value })}
          options={(['landlord', 'others'] as const).map((value) => ({
            value,
            label: say(`sharing.vacant.${value}`),
          }))}
        />
      </Form.Item>
    </>
  )
}

const RuleFields = ({ fields, change }: FieldsProps<Fields>) => {
  const { say } = useText()
  return (
    <>
      <TextField
        id="sharing-name"
        label={say('sharing.name')}
        text={fields.name}
        onText={(name) => change({ name })}
        maxLength={100}
      />
      <TextField
        id="sharing-name-en"
        label={say('sharing.nameEn')}
        text={fields.nameEn}
        onText={(nameEn) => change({ nameEn })}
        maxLength={100}
      />
      <Choices fields={fields} change={change} />
      <TextField
        id="sharing-price"
        label={say('sharing.price')}
        text={fields.price}
        onText={(price) => change({ price })}
        decimal
      />
    </>
  )
}

const MainPoint = ({ complexId, fields, change }: FieldsProps<Fields> & { complexId: number }) => {
  const { say } = useText()
  const mains = useMainPoints(complexId)
  return (
    <Form.Item label={say('sharing.main')} htmlFor="sharing-main" extra={say('sharing.mainHint')}>
      <Select
        id="sharing-main"
        showSearch={{ optionFilterProp: 'label' }}
        loading={mains.isFetching}
        value={fields.mainPointId}
        onChange={(mainPointId) => change({ mainPointId })}
        options={mains.data?.items.map((point) => ({
          value: point.pointId,
          label: [point.feeder, point.name, point.meterNo].filter(Boolean).join(' '),
        }))}
      />
    </Form.Item>
  )
}

const useFields = (first: Fields, reset: () => void) => {
  const [fields, setFields] = useState(first)
  const change = (part: Partial<Fields>) => {
    reset()
    setFields({ ...fields, ...part })
  }
  return { fields, change, asked: askedOf(fields) }
}

export const NewRule = ({ complexId, onClose }: { complexId: number; onClose: () => void }) => {
  const { say } = useText()
  const make = useMakeRule()
  const { fields, change, asked } = useFields(NEW, make.reset)
  const { mainPointId } = fields
  const confirm = () => {
    if (asked === null || mainPointId === null || make.isPending) return
    make.mutate({ ...asked, complexId, mainPointId }, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say('sharing.new')}
      confirmText={say('sharing.save')}
      allowed={asked !== null && mainPointId !== null}
      busy={make.isPending}
      error={make.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <MainPoint complexId={complexId} fields={fields} change={change} />
        <RuleFields fields={fields} change={change} />
      </ActForm>
    </Confirm>
  )
}

export const ChangeRule = ({ rule, onClose }: { rule: SharingRule; onClose: () => void }) => {
  const { say } = useText()
  const set = useChangeRule(rule.ruleId)
  const { fields, change, asked } = useFields(fieldsOf(rule), set.reset)
  const confirm = () => {
    if (asked === null || set.isPending) return
    set.mutate(asked, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={say('sharing.change')}
      confirmText={say('sharing.save')}
      allowed={asked !== null}
      busy={set.isPending}
      error={set.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <RuleFields fields={fields} change={change} />
      </ActForm>
    </Confirm>
  )
}
