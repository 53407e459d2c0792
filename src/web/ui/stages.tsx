// How far something has come 进度: its stages, and why it waits or has stopped.

import { Alert, Steps } from 'antd'
import type { ReactNode } from 'react'
import { Reason } from './reason.tsx'

type StagesProps = {
  stages: readonly { title: string; content?: ReactNode }[]
  /** The stage it is in, counted from 0. */
  at: number
  finished: boolean
  stopped: boolean
}

export const Stages = ({ stages, at, finished, stopped }: StagesProps) => (
  <Steps
    size="small"
    current={at}
    status={stopped ? 'error' : finished ? 'finish' : 'process'}
    items={[...stages]}
  />
)

type WaitNoteProps = { held: string | null; fault: string | null; waiting: string }

/** Held for a person, or waiting because of a fault after which it is tried again by itself. */
export const WaitNote = ({ held, fault, waiting }: WaitNoteProps) => {
  if (held !== null) return <Alert type="error" showIcon title={held} />
  if (fault === null) return null
  return <Alert type="warning" showIcon title={waiting} description={<Reason code={fault} />} />
}
