// The answer to a sheet 校验结果, row by row, the bad ones first.

import { Alert } from 'antd'
import type { RowReport, SheetAnswer } from '../../../http/contract/sheets.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { Tag } from '../../ui/tag.tsx'
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
        <DataTable<RowReport>
          label={say('sheet.report')}
          rows={report.toSorted((a, b) => Number(a.ok) - Number(b.ok) || a.row - b.row)}
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
              render: (r) => <EventFacts facts={r.facts} />,
            },
          ]}
        />
      </div>
    </Card>
  )
}
