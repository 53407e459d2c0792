// What stands where a page is not (yet) 页面状态: loading, unknown address, broken page.

import { Link } from '@tanstack/react-router'
import { Result, Spin } from 'antd'
import { useText } from '../../text/i18n.ts'
import { ProblemAlert } from '../../ui/problem.tsx'

export const Loading = () => {
  const { say } = useText()
  return (
    <output
      aria-label={say('app.loading')}
      style={{ display: 'grid', placeItems: 'center', height: '100%', minHeight: 240 }}
    >
      <Spin />
    </output>
  )
}

export const NotFound = () => {
  const { say } = useText()
  return (
    <Result
      status="404"
      title={say('app.notFound')}
      extra={<Link to="/board">{say('nav.board')}</Link>}
    />
  )
}

export const PageError = ({ error }: { error: unknown }) => (
  <div style={{ padding: 24 }}>
    <ProblemAlert error={error} onRetry={() => location.reload()} />
  </div>
)
