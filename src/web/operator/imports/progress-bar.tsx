// How far an import is 导入进度: what is being done, and of how many rows.

import { Progress } from 'antd'
import { useText } from '../../text/i18n.ts'
import { AtWork } from '../../ui/at-work.tsx'
import layout from '../../ui/layout.module.css'
import { useImportProgress } from './import-data.ts'

const WHOLE_PERCENT = 100

/** Shown while the import runs. */
export const ProgressBar = ({ name }: { name: string }) => {
  const { say } = useText()
  const { data } = useImportProgress(name)
  const { phase = 'unknown', done = 0, total = 0 } = data ?? {}
  // Before the server has the whole file it knows nothing of it.
  const doing = say(`import.phase.${phase === 'unknown' ? 'upload' : phase}`)
  const rows = total > 0 ? say('import.rows', { done, total }) : ''
  return (
    <div className={layout.stack} role="status">
      <AtWork text={(s) => `${doing} ${rows} · ${s} s`} />
      {total > 0 ? (
        <Progress
          aria-label={doing}
          percent={Math.floor((done * WHOLE_PERCENT) / total)}
          status="active"
        />
      ) : null}
    </div>
  )
}
