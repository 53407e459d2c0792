// What one person may do alone 复核规则 in a complex: numbers above which, and acts that, a second
// person agrees to. To loosen them is itself agreed to.

import { Alert, Button, Form, Input, Switch } from 'antd'
import { useState } from 'react'
import type { ApprovalSettings, ApprovalSettingsShown } from '../../../http/contract/approvals.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { wholeTyped } from '../../ui/whole-text.ts'
import { useRules, useSetRules } from './approval-data.ts'
import styles from './approvals.module.css'
import { needIn, Waiting } from './waiting.tsx'

const NUMBERS = ['keepHours', 'keepPoints', 'tripMeters', 'pricePercent'] as const
const SWITCHES = ['backdated', 'priceCap', 'rights', 'keys', 'alone'] as const

const MOST = { keepHours: 8_760, keepPoints: 5_000, tripMeters: 5_000, pricePercent: 1_000 }
const LAST_MINUTES = { least: 5, most: 10_080 }

type Draft = Record<(typeof NUMBERS)[number] | 'lastMinutes', string> &
  Record<(typeof SWITCHES)[number], boolean>

const text = (value: number | null): string => (value === null ? '' : String(value))

const draftOf = (rules: ApprovalSettings): Draft => ({
  ...rules,
  ...{ keepHours: text(rules.keepHours), keepPoints: text(rules.keepPoints) },
  ...{ tripMeters: text(rules.tripMeters), pricePercent: text(rules.pricePercent) },
  lastMinutes: text(rules.lastMinutes),
})

type Read = { ok: true; value: number | null } | { ok: false }

/** Empty is no limit. */
const readMost = (typed: string, most: number): Read => {
  if (typed.trim() === '') return { ok: true, value: null }
  const value = wholeTyped(typed)
  return value === null || value > most ? { ok: false } : { ok: true, value }
}

/** The names of what cannot be read, or the rules. */
const readDraft = (draft: Draft): { wrong: string[]; rules: ApprovalSettings | null } => {
  const read = NUMBERS.map((name) => ({ name, found: readMost(draft[name], MOST[name]) }))
  const numbers = new Map(read.map(({ name, found }) => [name, found.ok ? found.value : null]))
  const wrong: string[] = read.filter(({ found }) => !found.ok).map(({ name }) => name)
  const minutes = wholeTyped(draft.lastMinutes)
  const sound = minutes !== null && minutes >= LAST_MINUTES.least && minutes <= LAST_MINUTES.most
  if (!sound) wrong.push('lastMinutes')
  const { backdated, priceCap, rights, keys, alone } = draft
  if (minutes === null || wrong.length > 0) return { wrong, rules: null }
  const rules = {
    ...{ keepHours: numbers.get('keepHours') ?? null },
    ...{ keepPoints: numbers.get('keepPoints') ?? null },
    ...{ tripMeters: numbers.get('tripMeters') ?? null },
    ...{ pricePercent: numbers.get('pricePercent') ?? null },
    ...{ backdated, priceCap, rights, keys, alone, lastMinutes: minutes },
  }
  return { wrong, rules }
}

const Fields = ({
  draft,
  wrong,
  change,
}: {
  draft: Draft
  wrong: readonly string[]
  change: (part: Partial<Draft>) => void
}) => {
  const { say } = useText()
  return (
    <ActForm>
      <div className={styles.rules}>
        {[...NUMBERS, 'lastMinutes' as const].map((name) => (
          <Form.Item
            key={name}
            label={say(`approvalRule.${name}`)}
            htmlFor={`rule-${name}`}
            extra={name === 'lastMinutes' ? undefined : say('approvalRule.hint')}
            {...(wrong.includes(name)
              ? { validateStatus: 'error' as const, help: say('approvalRule.wrong') }
              : {})}
          >
            <Input
              id={`rule-${name}`}
              inputMode="numeric"
              style={{ width: 160 }}
              value={draft[name]}
              onChange={(event) => change({ [name]: event.target.value })}
            />
          </Form.Item>
        ))}
        {SWITCHES.map((name) => (
          <Form.Item key={name} label={say(`approvalRule.${name}`)} htmlFor={`rule-${name}`}>
            <Switch
              id={`rule-${name}`}
              checked={draft[name]}
              onChange={(on) => change({ [name]: on })}
            />
          </Form.Item>
        ))}
      </div>
    </ActForm>
  )
}

/** One person alone, or nobody: what he asks nobody answers. */
const FewDeciders = ({ shown: { deciders, settings } }: { shown: ApprovalSettingsShown }) => {
  const { say } = useText()
  if (deciders > 1) return null
  const text = settings.alone ? 'approvalRule.oneAlone' : 'approvalRule.oneStuck'
  return <Alert type="warning" showIcon title={say(text)} />
}

const RulesForm = ({ shown }: { shown: ApprovalSettingsShown }) => {
  const { say } = useText()
  const { complexId, settings, suggested } = shown
  const [draft, setDraft] = useState(() => draftOf(settings))
  const save = useSetRules(complexId)
  const { wrong, rules } = readDraft(draft)
  const need = needIn(save.error)
  const change = (part: Partial<Draft>) => {
    save.reset()
    setDraft((before) => ({ ...before, ...part }))
  }
  const run = (approvalId?: string) => {
    if (rules === null || save.isPending) return
    save.mutate({ settings: rules, ...(approvalId !== undefined && { approvalId }) })
  }
  return (
    <>
      <FewDeciders shown={shown} />
      <Fields draft={draft} wrong={wrong} change={change} />
      {save.error && need === null ? <ProblemAlert error={save.error} /> : null}
      {save.isSuccess ? <Alert type="success" showIcon title={say('approvalRule.saved')} /> : null}
      {need && rules ? (
        <Waiting
          complexId={complexId}
          need={need}
          request={{ operation: 'approval.settings', complexId, body: { ...rules } }}
          onAgreed={run}
        />
      ) : null}
      <span style={{ display: 'inline-flex', gap: 8, marginTop: 12 }}>
        <Button
          type="primary"
          disabled={rules === null || need !== null}
          loading={save.isPending}
          onClick={() => run()}
        >
          {say('limit.save')}
        </Button>
        <Button onClick={() => change(draftOf(suggested))}>{say('approvalRule.suggest')}</Button>
      </span>
    </>
  )
}

export const Rules = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useRules(complexId)
  return (
    <Card title={say('approvalRule.title')}>
      {error && !data ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <RulesForm key={complexId} shown={data} /> : null}
    </Card>
  )
}
