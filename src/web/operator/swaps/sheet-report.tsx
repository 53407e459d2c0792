// The answer to a sheet 校验结果, row by row, the bad ones first.

import { DownloadOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import type { RowReport, SheetAnswer } from '../../../http/contract/sheets.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { Tag } from '../../ui/tag.tsx'
import { type SheetCell, saveXlsx } from '../../ui/xlsx.ts'
import { EventFacts } from '../purchases/event-facts.tsx'
import styles from './swaps.module.css'

type Problem = SheetAnswer['problems'][number]

const Problems = ({ problems }: { problems: readonly Problem[] }) => {
  const { language } = useText()
  return (
    <span className={styles.problem}>
      {problems.map((each) => (
        <span key={`${each.field}/${each.code}`}>
          {each.fieldName ? `${each.fieldName[language]}: ` : ''}
          <Name>{each.title[language]}</Name>{' '}
        </span>
      ))}
    </span>
  )
}

const wordsOf = (problems: readonly Problem[], language: 'zh' | 'en'): string =>
  problems
    .map(({ fieldName, title }) =>
      fieldName ? `${fieldName[language]}: ${title[language]}` : title[language],
    )
    .join('; ')

const factText = (value: unknown): SheetCell => {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : ''
}

const fenIn = (value: unknown): SheetCell => (typeof value === 'number' ? { fen: value } : '')

const TEXTS = ['accountNo', 'premises', 'meterNo', 'receiptNos'] as const
const MONEY = [
  ...(['firstPurchaseFen', 'depositFen', 'openingBalanceFen'] as const),
  ...(['lastBalanceFen', 'claimFen', 'waitingFen'] as const),
]

/** For the clerk who mends the list, or hands the receipts out. */
const SaveReport = ({ answer }: { answer: SheetAnswer }) => {
  const { say, language } = useText()
  const { report } = answer
  const known = (name: string) => report.some(({ facts }) => (facts[name] ?? null) !== null)
  const save = () => {
    const texts = TEXTS.filter(known)
    const money = MONEY.filter(known)
    return saveXlsx({
      ...{ fileName: `${say('sheet.report')}.xlsx`, sheetName: say('sheet.report') },
      headings: [
        ...[say('sheet.row'), say('sheet.subject'), say('sheet.result'), say('sheet.problems')],
        ...[...texts, ...money].map((name) => say(`fact.${name}`)),
      ],
      rows: report.map(({ row, subject, ok, problems, facts }) => [
        ...[String(row), subject, say(ok ? 'sheet.ok' : 'sheet.wrong')],
        wordsOf(problems, language),
        ...texts.map((name) => factText(facts[name])),
        ...money.map((name) => fenIn(facts[name])),
      ]),
      ...{ sumText: say('list.sum'), notes: [] },
    })
  }
  return (
    <Button icon={<DownloadOutlined />} onClick={() => void save()}>
      {say('sheet.save')}
    </Button>
  )
}

/** Without what names a row of the database only. */
const shown = ({ swapId: _swap, ...facts }: RowReport['facts']) => facts

export const SheetReport = ({ answer }: { answer: SheetAnswer }) => {
  const { say } = useText()
  const { bad, rows, problems, report } = answer
  const clean = bad === 0 && problems.length === 0
  return (
    <Card title={say('sheet.report')}>
      <div className={layout.stack}>
        <Alert
          type={clean ? 'success' : 'error'}
          showIcon
          title={say(clean ? 'sheet.clean' : 'sheet.bad', { rows, bad })}
          description={problems.length > 0 ? <Problems problems={problems} /> : undefined}
        />
        <span>
          <SaveReport answer={answer} />
        </span>
        <DataTable<RowReport>
          label={say('sheet.report')}
          rows={[...report].sort((a, b) => Number(a.ok) - Number(b.ok) || a.row - b.row)}
          rowKey={(row) => row.row}
          emptyText={say('sheet.noRows')}
          columns={[
            { key: 'row', title: say('sheet.row'), align: 'right', render: (r) => r.row },
            {
              key: 'subject',
              title: say('sheet.subject'),
              render: (r) => <Name>{r.subject}</Name>,
            },
            {
              key: 'ok',
              title: say('sheet.result'),
              render: (r) => (
                <Tag tone={r.ok ? 'good' : 'bad'}>{say(r.ok ? 'sheet.ok' : 'sheet.wrong')}</Tag>
              ),
            },
            {
              key: 'problems',
              title: say('sheet.problems'),
              render: (r) => <Problems problems={r.problems} />,
            },
            {
              key: 'facts',
              title: say('sheet.facts'),
              render: (r) => <EventFacts facts={shown(r.facts)} />,
            },
          ]}
        />
      </div>
    </Card>
  )
}
