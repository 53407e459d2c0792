// What came of an import, or would 导入报告: sheet by sheet, every wrong cell, every change before and
// after, and what is new.

import { DownloadOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import type {
  ChangedRow,
  CreatedRow,
  ImportAnswer,
  RegisterCount,
  WrongRow,
} from '../../../http/contract/imports.ts'
import { useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { saveXlsx } from '../../ui/xlsx.ts'
import styles from './imports.module.css'

type Sum = 'created' | 'changed' | 'same'

const sumOf = ({ counts }: ImportAnswer, what: Sum): number =>
  counts.reduce((sum, one) => sum + one[what], 0)

const COUNTS = [
  ...([
    ['rows', 'import.inFile'],
    ['created', 'import.created'],
    ['changed', 'import.changed'],
    ['same', 'import.same'],
    ['wrong', 'import.wrong'],
    ['examples', 'import.examples'],
  ] as const),
]

const Outcome = ({ answer }: { answer: ImportAnswer }) => {
  const { say } = useText()
  const [created, changed, same] = (['created', 'changed', 'same'] as const).map((what) =>
    sumOf(answer, what),
  )
  const values = { created: created ?? 0, changed: changed ?? 0, same: same ?? 0 }
  if (answer.problems > 0)
    return <Alert type="error" showIcon title={say('import.bad', { n: answer.problems })} />
  if (answer.applied)
    return (
      <Alert
        type="success"
        showIcon
        title={say('import.done', values)}
        description={say('import.doneNote')}
      />
    )
  const nothing = values.created + values.changed === 0
  return (
    <Alert
      type="success"
      showIcon
      title={nothing ? say('import.nothing') : say('import.clean', values)}
    />
  )
}

const Counts = ({ counts }: { counts: readonly RegisterCount[] }) => {
  const { say } = useText()
  const columns: Column<RegisterCount>[] = [
    {
      key: 'register',
      title: say('import.sheet'),
      render: ({ register }) => say(`import.reg.${register}`),
    },
    ...COUNTS.map(
      ([field, title]): Column<RegisterCount> => ({
        ...{ key: field, title: say(title), align: 'right' },
        render: (row) => row[field] || '–',
      }),
    ),
  ]
  return (
    <DataTable
      label={say('import.counts')}
      columns={columns}
      rows={counts}
      rowKey={({ register }) => register}
      emptyText={say('import.noRows')}
    />
  )
}

const More = ({ all, listed }: { all: number; listed: number }) => {
  const { say } = useText()
  return all > listed ? (
    <p className={layout.none}>{say('import.more', { n: all - listed })}</p>
  ) : null
}

const useSheetName = () => {
  const { say } = useText()
  return ({ register, sheetName }: Pick<WrongRow, 'register' | 'sheetName'>): string =>
    register === null ? say('import.wholeFile') : sheetName || say(`import.reg.${register}`)
}

const Wrong = ({ answer }: { answer: ImportAnswer }) => {
  const { say, language } = useText()
  const sheetName = useSheetName()
  const numbered = answer.wrong.map((row, at) => ({ ...row, at }))
  return (
    <Card title={say('import.problems')}>
      <DataTable<WrongRow & { at: number }>
        label={say('import.problems')}
        rows={numbered}
        rowKey={({ at }) => at}
        emptyText={say('import.noRows')}
        columns={[
          {
            key: 'sheet',
            title: say('import.sheet'),
            render: (row) => <Name>{sheetName(row)}</Name>,
          },
          { key: 'row', title: say('import.row'), align: 'right', render: ({ row }) => row ?? '–' },
          {
            key: 'column',
            title: say('import.column'),
            render: ({ problem }) => problem.fieldName?.[language] ?? '–',
          },
          {
            key: 'problem',
            title: say('import.problem'),
            wrap: true,
            render: ({ problem }) => (
              <Name className={styles.wrong}>{problem.title[language]}</Name>
            ),
          },
          {
            key: 'subject',
            title: say('import.subject'),
            wrap: true,
            render: ({ subject }) => <Name>{subject}</Name>,
          },
        ]}
      />
      <More all={answer.problems} listed={answer.wrong.length} />
    </Card>
  )
}

const place = (say: ReturnType<typeof useText>['say']): Column<CreatedRow>[] => [
  {
    key: 'sheet',
    title: say('import.sheet'),
    render: ({ register }) => say(`import.reg.${register}`),
  },
  {
    key: 'row',
    title: say('import.row'),
    align: 'right',
    render: ({ row }) => row ?? say('import.brought'),
  },
  {
    key: 'subject',
    title: say('import.subject'),
    wrap: true,
    render: ({ subject }) => <Name>{subject}</Name>,
  },
]

const Changes = ({ answer }: { answer: ImportAnswer }) => {
  const { say, language } = useText()
  return (
    <Card title={say('import.changes')}>
      <DataTable<ChangedRow>
        label={say('import.changes')}
        rows={answer.changed}
        rowKey={({ register, row, subject }) => `${register}/${row}/${subject}`}
        emptyText={say('import.noRows')}
        columns={[
          ...place(say),
          {
            key: 'changes',
            title: say('import.change'),
            wrap: true,
            render: ({ changes }) =>
              changes.map(({ field, fieldName, before, after }) => (
                <div key={field}>
                  {fieldName[language]}:{' '}
                  <Name className={styles.before}>{before?.[language] ?? say('import.empty')}</Name>
                  {' → '}
                  <Name className={styles.after}>{after?.[language] ?? say('import.empty')}</Name>
                </div>
              )),
          },
        ]}
      />
      <More all={sumOf(answer, 'changed')} listed={answer.changed.length} />
    </Card>
  )
}

const Created = ({ answer }: { answer: ImportAnswer }) => {
  const { say } = useText()
  return (
    <Card title={say('import.createdRows')}>
      <DataTable<CreatedRow>
        label={say('import.createdRows')}
        rows={answer.created}
        rowKey={({ register, row, subject }) => `${register}/${row}/${subject}`}
        emptyText={say('import.noRows')}
        columns={place(say)}
      />
      <More all={sumOf(answer, 'created')} listed={answer.created.length} />
    </Card>
  )
}

/** For whoever mends the file. */
const SaveReport = ({ answer }: { answer: ImportAnswer }) => {
  const { say, language } = useText()
  const sheetName = useSheetName()
  const save = () =>
    saveXlsx({
      ...{ fileName: `${say('import.problems')}.xlsx`, sheetName: say('import.problems') },
      headings: [
        ...[say('import.sheet'), say('import.row'), say('import.column')],
        ...[say('import.problem'), say('import.subject')],
      ],
      rows: answer.wrong.map((one) => [
        ...[sheetName(one), one.row === null ? '' : String(one.row)],
        ...[one.problem.fieldName?.[language] ?? '', one.problem.title[language], one.subject],
      ]),
      ...{ sumText: '', notes: [] },
    })
  return (
    <Button icon={<DownloadOutlined />} onClick={() => void save()}>
      {say('import.save')}
    </Button>
  )
}

export const ImportReport = ({ answer }: { answer: ImportAnswer }) => {
  const { say } = useText()
  return (
    <>
      <Card title={say('import.counts')}>
        <div className={layout.stack}>
          <Outcome answer={answer} />
          <Counts counts={answer.counts} />
          {answer.problems > 0 ? (
            <span>
              <SaveReport answer={answer} />
            </span>
          ) : null}
        </div>
      </Card>
      {answer.problems > 0 ? <Wrong answer={answer} /> : null}
      {answer.changed.length > 0 ? <Changes answer={answer} /> : null}
      {answer.created.length > 0 ? <Created answer={answer} /> : null}
    </>
  )
}
