// Exports the sales that the filters show 导出.

import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useText } from '../../text/i18n.ts'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import type { Query } from '../api/client.ts'
import { useComplex } from '../complex.tsx'
import { exportSales } from './sale-list.ts'

export const ExportSales = ({ query }: { query: Query }) => {
  const { say } = useText()
  const words = useProblemText()
  const zone = useZone()
  const { complexId } = useComplex()
  const { message } = App.useApp()
  const save = useMutation({
    mutationFn: () => exportSales(say, zone, complexId, { ...query, cursor: undefined }),
    onSuccess: (n) => void message.success(say('sale.exported', { n })),
    onError: (error) => void message.error(words(problemOf(error))),
  })
  return (
    <Button icon={<DownloadOutlined />} loading={save.isPending} onClick={() => save.mutate()}>
      {say('sale.export')}
    </Button>
  )
}
