// What can be done with one webhook 推送操作: a test, another secret, off and on, away with it.

import { App, Button } from 'antd'
import { useState } from 'react'
import type { Webhook } from '../../../http/contract/webhooks.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { useChangeWebhook, useRemoveWebhook, useRenewSecret, useSend } from './webhook-data.ts'
import styles from './webhooks.module.css'

type ActsProps = {
  webhook: Webhook
  onEdit: (webhook: Webhook) => void
  onShow: (webhook: Webhook) => void
  onSecret: (secret: string) => void
}

type AskProps = Pick<ActsProps, 'webhook'> & { onClose: () => void }

const Removing = ({ webhook, onClose }: AskProps) => {
  const { say } = useText()
  const remove = useRemoveWebhook(webhook.webhookId)
  return (
    <Confirm
      open
      danger
      title={say('webhook.remove')}
      confirmText={say('webhook.remove')}
      allowed
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>{say('webhook.removeText', { name: webhook.name })}</p>
    </Confirm>
  )
}

const Renewing = ({ webhook, onClose, onSecret }: AskProps & Pick<ActsProps, 'onSecret'>) => {
  const { say } = useText()
  const renew = useRenewSecret(webhook.webhookId)
  const confirm = () =>
    renew.mutate(undefined, {
      onSuccess: ({ secret }) => {
        onSecret(secret)
        onClose()
      },
    })
  return (
    <Confirm
      open
      title={say('webhook.renew')}
      confirmText={say('webhook.renew')}
      allowed
      busy={renew.isPending}
      error={renew.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <p>{say('webhook.renewText')}</p>
    </Confirm>
  )
}

/** Shows the deliveries as well: that is where one sees what came of it. */
const TestButton = ({ webhook, onShow }: Pick<ActsProps, 'webhook' | 'onShow'>) => {
  const { say } = useText()
  const { message } = App.useApp()
  const words = useProblemText()
  const send = useSend(webhook.webhookId)
  const test = () =>
    send.mutate('test', {
      onSuccess: () => {
        void message.success(say('webhook.tested'))
        onShow(webhook)
      },
      onError: (failed) => void message.error(words(problemOf(failed))),
    })
  return (
    <Button size="small" disabled={!webhook.enabled} loading={send.isPending} onClick={test}>
      {say('webhook.test')}
    </Button>
  )
}

export const WebhookActs = ({ webhook, onEdit, onShow, onSecret }: ActsProps) => {
  const { say } = useText()
  const { message } = App.useApp()
  const words = useProblemText()
  const [asking, setAsking] = useState<'remove' | 'renew' | null>(null)
  const change = useChangeWebhook(webhook.webhookId)
  const { enabled } = webhook
  const flip = () =>
    change.mutate(
      { enabled: !enabled },
      { onError: (failed) => void message.error(words(problemOf(failed))) },
    )
  const close = () => setAsking(null)
  return (
    <span className={styles.acts}>
      <Button size="small" onClick={() => onShow(webhook)}>
        {say('webhook.deliveries')}
      </Button>
      <TestButton webhook={webhook} onShow={onShow} />
      <Button size="small" onClick={() => onEdit(webhook)}>
        {say('op.edit')}
      </Button>
      <Button size="small" loading={change.isPending} onClick={flip}>
        {say(enabled ? 'webhook.switchOff' : 'webhook.switchOn')}
      </Button>
      <Button size="small" onClick={() => setAsking('renew')}>
        {say('webhook.renew')}
      </Button>
      <Button size="small" danger onClick={() => setAsking('remove')}>
        {say('webhook.remove')}
      </Button>
      {asking === 'remove' ? <Removing webhook={webhook} onClose={close} /> : null}
      {asking === 'renew' ? (
        <Renewing webhook={webhook} onClose={close} onSecret={onSecret} />
      ) : null}
    </span>
  )
}
