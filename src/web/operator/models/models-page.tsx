// Meter models 表型: what each can do, where its facts come from and how sure they are; files of the
// user's that could not be used, and why.

import { CheckCircleFilled, FileTextOutlined, WarningFilled } from '@ant-design/icons'
import { Alert } from 'antd'
import type { ReactNode } from 'react'
import type { MeterModelView } from '../../../http/contract/collection.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useModels } from '../collection/collection-data.ts'
import { useComplex } from '../complex.tsx'
import styles from './models.module.css'

const SURE: Readonly<Record<MeterModelView['confidence'], { tone: Tone; icon: ReactNode }>> = {
  verified: { tone: 'good', icon: <CheckCircleFilled aria-hidden /> },
  documented: { tone: 'busy', icon: <FileTextOutlined aria-hidden /> },
  unverified: { tone: 'warn', icon: <WarningFilled aria-hidden /> },
}

const capable = (say: Say, model: MeterModelView): string[] => [
  ...(model.prepaid ? [say('model.prepaid')] : []),
  ...model.relay.map((each) => say(`modelRelay.${each}`)),
  ...(model.freezes.length > 0
    ? [say('model.freezes', { what: model.freezes.map((f) => say(`modelFreeze.${f}`)).join('/') })]
    : []),
  ...(model.clock.length > 0
    ? [say('model.clock', { what: model.clock.map((c) => say(`modelClock.${c}`)).join('/') })]
    : []),
]

const sizeOf = (say: Say, { phases, circuits }: MeterModelView): string =>
  circuits > 1 ? say('model.circuits', { n: circuits }) : say('model.phases', { n: phases })

const columnsOf = (say: Say, language: Language): Column<MeterModelView>[] => [
  {
    key: 'name',
    title: say('model.name'),
    render: (model) => (
      <div className={styles.name}>
        <strong>{model.name[language]}</strong>
        <br />
        <code>{model.id}</code> <Name>{model.vendor}</Name>
      </div>
    ),
  },
  {
    key: 'protocol',
    title: say('model.protocol'),
    render: (model) => `${model.protocol} · ${sizeOf(say, model)}`,
  },
  {
    key: 'can',
    title: say('model.can'),
    render: (model) => (
      <ul className={styles.can}>
        {capable(say, model).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    ),
  },
  { key: 'meters', title: say('model.meters'), align: 'right', render: (model) => model.meters },
  {
    key: 'confidence',
    title: say('model.confidence'),
    render: ({ confidence }) => (
      <Tag tone={SURE[confidence].tone} icon={SURE[confidence].icon}>
        {say(`confidence.${confidence}`)}
      </Tag>
    ),
  },
  {
    key: 'source',
    title: say('model.source'),
    render: (model) => (
      <div className={styles.source}>
        {model.origin === 'user' ? <Tag tone="busy">{say('model.own')}</Tag> : null}{' '}
        {model.source[language]}
        {model.quirks.map((quirk) => (
          <div key={quirk.en}>· {quirk[language]}</div>
        ))}
      </div>
    ),
  },
]

export const ModelsPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useModels(complexId)
  return (
    <Page title={say('nav.models')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data?.faults.map(({ file, problems }) => (
        <Alert
          key={file}
          type="error"
          showIcon
          title={say('model.fault', { file })}
          description={problems.map((problem) => <div key={problem.en}>{problem[language]}</div>)}
        />
      ))}
      <Card>
        <p className={styles.lead}>{say('model.lead')}</p>
        <DataTable<MeterModelView>
          label={say('nav.models')}
          columns={columnsOf(say, language)}
          rows={data?.items ?? (error ? [] : null)}
          rowKey={(model) => model.id}
          emptyText={say('model.none')}
        />
      </Card>
    </Page>
  )
}
