// Lists from elsewhere 批量与导入: a sheet is tried first and answered row by row; one bad row and
// nothing is written.

import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Form, Radio } from 'antd'
import { useState } from 'react'
import type { SheetFile } from '../../../http/contract/sheets.ts'
import { useText } from '../../text/i18n.ts'
import { AtWork } from '../../ui/at-work.tsx'
import { saveFile } from '../../ui/csv.ts'
import { FilePick } from '../../ui/file-pick.tsx'
import { base64Of, FILE_MAX_BYTES } from '../../ui/file-text.ts'
import { type FieldsProps, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { MethodChoice } from '../../ui/method-choice.tsx'
import type { Method } from '../../ui/methods.ts'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { SheetReport } from './sheet-report.tsx'
import { fetchTemplate, isList, LISTS, type List, type SheetBody, useSheet } from './swap-data.ts'

const route = getRouteApi('/shell/sheets')

const Template = ({ list }: { list: List }) => {
  const { say, language } = useText()
  const fetching = useMutation({
    mutationFn: () => fetchTemplate(list, language),
    onSuccess: saveFile,
  })
  return (
    <>
      <Button
        icon={<DownloadOutlined />}
        loading={fetching.isPending}
        onClick={() => fetching.mutate()}
      >
        {say('sheet.template')}
      </Button>
      {fetching.error ? <ProblemAlert error={fetching.error} /> : null}
    </>
  )
}

type Fields = { sheet: SheetFile | null; note: string; method: Method }

const bodyOf = (complexId: number, list: List, fields: Fields): SheetBody | null => {
  const { sheet, method } = fields
  const note = fields.note.trim()
  if (sheet === null || (list === 'swaps' && note === '')) return null
  return {
    complexId,
    sheet,
    ...(list === 'swaps' ? { note } : {}),
    ...(list === 'bulk-open' ? { method } : {}),
  }
}

const SheetFields = ({ list, fields, change }: FieldsProps<Fields> & { list: List }) => {
  const { say } = useText()
  const [tooLarge, setTooLarge] = useState(false)
  const pick = async (file: File | undefined) => {
    const large = file !== undefined && file.size > FILE_MAX_BYTES
    setTooLarge(large)
    // What was chosen before is not tried while the new one is still being read.
    change({ sheet: null })
    if (file && !large) change({ sheet: await base64Of(file) })
  }
  return (
    <>
      <Form.Item label={say('sheet.file')} htmlFor="sheet-file">
        <FilePick
          id="sheet-file"
          label={say('sheet.choose')}
          none={say('sheet.noFile')}
          accept=".xlsx,.csv"
          fileName={fields.sheet?.fileName ?? null}
          onPick={(file) => void pick(file)}
        />
      </Form.Item>
      {tooLarge ? <Alert type="error" showIcon title={say('sheet.tooLarge')} /> : null}
      {list === 'swaps' ? (
        <TextField
          id="sheet-note"
          label={say('payout.noteNeeded')}
          text={fields.note}
          onText={(note) => change({ note })}
          maxLength={500}
        />
      ) : null}
      {list === 'bulk-open' ? (
        <Form.Item label={say('sale.method')}>
          <MethodChoice value={fields.method} onChoose={(method) => change({ method })} />
        </Form.Item>
      ) : null}
    </>
  )
}

const SheetForm = ({ list }: { list: List }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [fields, setFields] = useState<Fields>({ sheet: null, note: '', method: 'cash' })
  const dry = useSheet(list)
  const apply = useSheet(list)
  const body = bodyOf(complexId, list, fields)
  const change = (part: Partial<Fields>) => {
    dry.reset()
    apply.reset()
    setFields({ ...fields, ...part })
  }
  const answer = apply.data ?? dry.data
  const clean = dry.data !== undefined && dry.data.bad === 0 && dry.data.problems.length === 0
  return (
    <>
      <Card>
        <div className={layout.stack}>
          <Form layout="vertical" requiredMark={false}>
            <p className={layout.lead}>{say(`sheet.lead.${list}`)}</p>
            <SheetFields list={list} fields={fields} change={change} />
            <div className={layout.line}>
              <Template list={list} />
              <Button
                disabled={body === null}
                loading={dry.isPending}
                onClick={() => body && dry.mutate({ ...body, dryRun: true })}
              >
                {say('sheet.try')}
              </Button>
              <Button
                type="primary"
                disabled={!clean || body === null || apply.isSuccess}
                loading={apply.isPending}
                onClick={() => body && apply.mutate(body)}
              >
                {say('sheet.apply')}
              </Button>
            </div>
          </Form>
          {dry.isPending || apply.isPending ? (
            <AtWork text={(s) => say('sheet.busy', { s })} />
          ) : null}
          {dry.error ? <ProblemAlert error={dry.error} /> : null}
          {apply.error ? <ProblemAlert error={apply.error} /> : null}
          {apply.data?.applied ? (
            <Alert type="success" showIcon title={say('sheet.applied', { n: apply.data.rows })} />
          ) : null}
        </div>
      </Card>
      {answer ? <SheetReport answer={answer} /> : null}
    </>
  )
}

export const SheetPage = () => {
  const { say } = useText()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = isList(search.list) ? search.list : 'accounts'
  return (
    <Page title={say('nav.sheets')}>
      <Radio.Group
        aria-label={say('nav.sheets')}
        optionType="button"
        value={list}
        onChange={(event) => void navigate({ search: { list: event.target.value } })}
        options={LISTS.map((value) => ({ value, label: say(`sheet.${value}`) }))}
      />
      <SheetForm key={list} list={list} />
    </Page>
  )
}
