// A receipt on the screen 收据: the three copies as they will be printed, and how to print them.

import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Radio, Skeleton } from 'antd'
import { useState } from 'react'
import type { Receipt } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { call } from '../api/client.ts'
import { type Paper, rememberedPaper, rememberPaper } from './paper.ts'
import { usePrint } from './print.tsx'
import styles from './receipt.module.css'
import { ReceiptSheet } from './sheet.tsx'

const route = getRouteApi('/shell/sales/$saleId')

export const ReceiptPage = () => {
  const { say } = useText()
  const { saleId } = route.useParams()
  const print = usePrint()
  const [paper, setPaper] = useState<Paper>(rememberedPaper)
  const { data, error, refetch } = useQuery({
    queryKey: ['receipt', saleId],
    queryFn: () => call<Receipt>(`/receipts/${saleId}`),
    // A receipt never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const choose = (next: Paper) => {
    rememberPaper(next)
    setPaper(next)
  }
  return (
    <Page
      title={say('receipt.title')}
      trail={<Link to="/sales">{say('nav.sales')}</Link>}
      tools={
        <span className={layout.tools}>
          <Radio.Group
            aria-label={say('receipt.paper')}
            value={paper}
            onChange={(event) => choose(event.target.value)}
            options={[
              { value: 'ply', label: say('receipt.ply') },
              { value: 'pages', label: say('receipt.pages') },
            ]}
          />
          <Button
            type="primary"
            icon={<PrinterOutlined />}
            disabled={!data}
            onClick={() => data && print(data)}
          >
            {say('sale.print')}
          </Button>
        </span>
      }
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? (
        <div className={styles.preview} data-testid="receipt">
          <ReceiptSheet receipt={data} paper="pages" />
        </div>
      ) : null}
    </Page>
  )
}
