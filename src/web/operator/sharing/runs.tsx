// The months a rule has shared 分摊记录, each with its shares, and taking one back.

import { Button, Modal } from 'antd'
import { useState } from 'react'
import type { SharingRun } from '../../../http/contract/sharing.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { Loading } from '../shell/states.tsx'
import { Shares } from './shares.tsx'
import { useReverseRun, useRun, useRuns } from './sharing-data.ts'

const OneRun = ({ runId, onClose }: { runId: string; onClose: () => void }) => {
  const { say } = useText()
  const { data: run, error } = useRun(runId)
  return (
    <Modal
      open
      width={1_120}
      title={`${say('sharing.shares')} ${run?.month ?? ''}`}
      footer={null}
      onCancel={onClose}
    >
      {error ? <ProblemAlert error={error} /> : run ? <Shares run={run} /> : <Loading />}
    </Modal>
  )
}

type ReverseProps = { run: SharingRun; runId: string; onClose: () => void }

const Reverse = ({ run, runId, onClose }: ReverseProps) => {
  const { say } = useText()
  const [reason, setReason] = useState('')
  const reverse = useReverseRun(runId)
  const confirm = () => {
    if (!reverse.isPending) reverse.mutate({ reason: reason.trim() }, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say('sharing.reverse')} ${run.month}`}
      confirmText={say('sharing.reverse')}
      danger
      allowed={reason.trim() !== ''}
      busy={reverse.isPending}
      error={reverse.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <p>{say('sharing.reverseSure')}</p>
      <ActForm>
        <TextField
          id="sharing-reason"
          label={say('sharing.reason')}
          text={reason}
          onText={setReason}
          maxLength={200}
        />
      </ActForm>
    </Confirm>
  )
}

type Opened = { run: SharingRun; runId: string; act: 'show' | 'reverse' }

const RunTools = ({ run, open }: { run: SharingRun; open: (opened: Opened) => void }) => {
  const { say } = useText()
  const mayMake = useMay('sharing.make')
  const { runId } = run
  if (runId === null) return null
  return (
    <span className={layout.tools}>
      <Button size="small" onClick={() => open({ run, runId, act: 'show' })}>
        {say('sharing.show')}
      </Button>
      {mayMake && run.reversedAt === null ? (
        <Button size="small" danger onClick={() => open({ run, runId, act: 'reverse' })}>
          {say('sharing.reverse')}
        </Button>
      ) : null}
    </span>
  )
}

export const Runs = ({ ruleId }: { ruleId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useRuns(ruleId)
  const [opened, setOpened] = useState<Opened | null>(null)
  const close = () => setOpened(null)
  return (
    <Card title={say('sharing.runs')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<SharingRun>
        label={say('sharing.runs')}
        rows={data?.items ?? (error ? [] : null)}
        rowKey={(run) => run.runId ?? run.month}
        emptyText={say('sharing.noRuns')}
        columns={[
          { key: 'm', title: say('sharing.month'), render: (run) => run.month },
          {
            key: 'y',
            title: say('sharing.poolYuan'),
            align: 'right',
            render: (run) => <Money fen={run.poolFen} />,
          },
          {
            key: 'b',
            title: say('sharing.billedYuan'),
            align: 'right',
            render: (run) => <Money fen={run.billedFen} />,
          },
          {
            key: 'at',
            title: say('sharing.at'),
            render: (run) => (
              <span className={layout.lines}>
                <When at={run.at} />
                <small>
                  <Name>{run.operator}</Name>
                </small>
              </span>
            ),
          },
          {
            key: 's',
            title: say('sharing.state'),
            render: ({ reversedAt }) =>
              reversedAt === null ? (
                <Tag tone="good">{say('sharing.posted')}</Tag>
              ) : (
                <Tag tone="plain">{say('sharing.reversed')}</Tag>
              ),
          },
          { key: 't', title: '', render: (run) => <RunTools run={run} open={setOpened} /> },
        ]}
      />
      {opened?.act === 'show' ? <OneRun runId={opened.runId} onClose={close} /> : null}
      {opened?.act === 'reverse' ? (
        <Reverse run={opened.run} runId={opened.runId} onClose={close} />
      ) : null}
    </Card>
  )
}
