// Importing the registers 档案导入: a workbook is checked first and told cell by cell; then it is
// imported whole, or not at all.

import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Form, Select } from 'antd'
import { useState } from 'react'
import type { Register, RegisterImport } from '../../../http/contract/imports.ts'
import type { FileAnswer, SheetFile } from '../../../http/contract/sheets.ts'
import { useText } from '../../text/i18n.ts'
import { saveFile } from '../../ui/csv.ts'
import { FilePick } from '../../ui/file-pick.tsx'
import { base64Of, FILE_MAX_BYTES } from '../../ui/file-text.ts'
import layout from '../../ui/layout.module.css'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { fetchExport, fetchTemplate, REGISTERS, useRegisterImport } from './import-data.ts'
import { ImportReport } from './import-report.tsx'
import { ProgressBar } from './progress-bar.tsx'

const FileButton = ({ text, file }: { text: string; file: () => Promise<FileAnswer> }) => {
  const fetching = useMutation({ mutationFn: file, onSuccess: saveFile })
  return (
    <>
      <Button
        icon={<DownloadOutlined />}
        loading={fetching.isPending}
        onClick={() => fetching.mutate()}
      >
        {text}
      </Button>
      {fetching.error ? <ProblemAlert error={fetching.error} /> : null}
    </>
  )
}

type Chosen = { sheet: SheetFile | null; register: Register | null; tooLarge: boolean }

const isCsv = (sheet: SheetFile | null): boolean =>
  sheet?.fileName.toLowerCase().endsWith('.csv') ?? false

const bodyOf = (complexId: number, { sheet, register }: Chosen): RegisterImport | null => {
  if (sheet === null) return null
  if (!isCsv(sheet)) return { complexId, sheet }
  return register === null ? null : { complexId, sheet, register }
}

type ChooserProps = { chosen: Chosen; change: (part: Partial<Chosen>) => void }

const Chooser = ({ chosen, change }: ChooserProps) => {
  const { say } = useText()
  const pick = async (file: File | undefined) => {
    const tooLarge = file !== undefined && file.size > FILE_MAX_BYTES
    // What was chosen before is not sent while the new one is still being read.
    change({ sheet: null, tooLarge })
    if (file && !tooLarge) change({ sheet: await base64Of(file), tooLarge })
  }
  return (
    <>
      <Form.Item label={say('import.file')} htmlFor="import-file">
        <FilePick
          id="import-file"
          label={say('sheet.choose')}
          none={say('sheet.noFile')}
          accept=".xlsx,.csv"
          fileName={chosen.sheet?.fileName ?? null}
          onPick={(file) => void pick(file)}
        />
      </Form.Item>
      {chosen.tooLarge ? <Alert type="error" showIcon title={say('sheet.tooLarge')} /> : null}
      {isCsv(chosen.sheet) ? (
        <Form.Item
          label={say('import.register')}
          htmlFor="import-register"
          extra={say('import.csvHint')}
        >
          <Select
            id="import-register"
            style={{ width: 240 }}
            value={chosen.register}
            onChange={(register: Register) => change({ register })}
            options={REGISTERS.map((value) => ({ value, label: say(`import.reg.${value}`) }))}
          />
        </Form.Item>
      ) : null}
    </>
  )
}

/** What an import does, and the files to begin with. */
const Intro = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  return (
    <>
      <p className={layout.lead}>{say('import.lead')}</p>
      <p className={layout.lead}>
        {say('import.rules')} {say('import.stays')}{' '}
        <Link to="/sheets" search={{ list: 'accounts' }}>
          {say('import.accountsLink')}
        </Link>
      </p>
      <div className={layout.line}>
        <FileButton text={say('import.template')} file={() => fetchTemplate(language)} />
        <FileButton text={say('import.export')} file={() => fetchExport(complexId, language)} />
      </div>
    </>
  )
}

const ImportForm = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [chosen, setChosen] = useState<Chosen>({ sheet: null, register: null, tooLarge: false })
  const { progress, check, apply } = useRegisterImport()
  const body = bodyOf(complexId, chosen)
  const busy = check.isPending || apply.isPending
  const change = (part: Partial<Chosen>) => {
    check.reset()
    apply.reset()
    setChosen((before) => ({ ...before, ...part }))
  }
  const look = () => {
    // What was imported before is not what is looked at now.
    apply.reset()
    if (body) check.mutate(body)
  }
  const answer = apply.data ?? check.data
  const clean = check.data?.problems === 0
  return (
    <>
      <Card>
        <div className={layout.stack}>
          <Intro />
          <Form layout="vertical" requiredMark={false}>
            <Chooser chosen={chosen} change={change} />
            <div className={layout.line}>
              <Button
                disabled={body === null || busy}
                loading={check.isPending}
                onClick={() => look()}
              >
                {say('import.check')}
              </Button>
              <Button
                type="primary"
                disabled={!clean || body === null || busy || apply.isSuccess}
                loading={apply.isPending}
                onClick={() => body && apply.mutate(body)}
              >
                {say('import.apply')}
              </Button>
            </div>
          </Form>
          {busy ? <ProgressBar name={progress} /> : null}
          {check.error ? <ProblemAlert error={check.error} /> : null}
          {apply.error ? <ProblemAlert error={apply.error} /> : null}
        </div>
      </Card>
      {answer ? <ImportReport answer={answer} /> : null}
    </>
  )
}

export const RegisterImportPage = () => {
  const { say } = useText()
  return (
    <Page title={say('nav.registerImport')}>
      <ImportForm />
    </Page>
  )
}
