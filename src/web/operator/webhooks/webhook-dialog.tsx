// One webhook 推送订阅: who receives, where, and which events.

import { Checkbox, Form } from 'antd'
import { useState } from 'react'
import type { Webhook, WebhookKind } from '../../../http/contract/webhooks.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, type FieldsProps, TextField } from '../../ui/form.tsx'
import { useComplex } from '../complex.tsx'
import {
  isWebhookKind,
  kindText,
  useChangeWebhook,
  useMakeWebhook,
  WEBHOOK_KINDS,
} from './webhook-data.ts'
import styles from './webhooks.module.css'

const NAME_MAX = 100
const URL_MAX = 500

type Typed = { name: string; url: string; kinds: WebhookKind[] }

const typedOf = (webhook: Webhook | null): Typed => ({
  name: webhook?.name ?? '',
  url: webhook?.url ?? 'https://',
  kinds: webhook?.kinds.filter(isWebhookKind) ?? [],
})

const Kinds = ({ fields, change }: FieldsProps<Typed>) => {
  const { say } = useText()
  const { kinds } = fields
  const toggle = (kind: WebhookKind, on: boolean) =>
    change({ kinds: on ? [...kinds, kind] : kinds.filter((each) => each !== kind) })
  return (
    <Form.Item label={say('webhook.kinds')}>
      <Checkbox
        checked={kinds.length === WEBHOOK_KINDS.length}
        indeterminate={kinds.length > 0 && kinds.length < WEBHOOK_KINDS.length}
        onChange={(event) => change({ kinds: event.target.checked ? [...WEBHOOK_KINDS] : [] })}
      >
        {say('webhook.all')}
      </Checkbox>
      <div className={styles.kinds}>
        {WEBHOOK_KINDS.map((kind) => (
          <Checkbox
            key={kind}
            checked={kinds.includes(kind)}
            onChange={(event) => toggle(kind, event.target.checked)}
          >
            {kindText(say, kind)} <small className={styles.code}>{kind}</small>
          </Checkbox>
        ))}
      </div>
    </Form.Item>
  )
}

type WebhookDialogProps = {
  /** Null: a new one. */
  webhook: Webhook | null
  onClose: () => void
  onMade: (secret: string) => void
}

export const WebhookDialog = ({ webhook, onClose, onMade }: WebhookDialogProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [fields, setFields] = useState(() => typedOf(webhook))
  const change = (part: Partial<Typed>) => setFields({ ...fields, ...part })
  const make = useMakeWebhook()
  const save = useChangeWebhook(webhook?.webhookId ?? 0)
  const { name, url, kinds } = fields
  const confirm = () => {
    if (webhook !== null) save.mutate({ name, url, kinds }, { onSuccess: onClose })
    else
      make.mutate(
        { complexId, name, url, kinds },
        {
          onSuccess: ({ secret }) => {
            onMade(secret)
            onClose()
          },
        },
      )
  }
  return (
    <Confirm
      open
      title={say(webhook === null ? 'webhook.new' : 'webhook.edit')}
      confirmText={say(webhook === null ? 'webhook.make' : 'webhook.save')}
      widthPx={640}
      allowed={name.trim() !== '' && URL.canParse(url) && kinds.length > 0}
      busy={make.isPending || save.isPending}
      error={make.error ?? save.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <ActForm>
        <TextField
          id="webhook-name"
          autoFocus
          label={say('webhook.name')}
          hint={say('webhook.nameHint')}
          text={name}
          maxLength={NAME_MAX}
          onText={(text) => change({ name: text })}
        />
        <TextField
          id="webhook-url"
          label={say('webhook.url')}
          hint={say('webhook.urlHint')}
          text={url}
          maxLength={URL_MAX}
          onText={(text) => change({ url: text.trim() })}
        />
        <Kinds fields={fields} change={change} />
      </ActForm>
    </Confirm>
  )
}
