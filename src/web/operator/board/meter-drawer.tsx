// The drawer of one meter 电表详情: live figures with their ages, what can be done, how far commands
// have come, price and thresholds, and its purchases.

import { Alert, Drawer, Skeleton } from 'antd'
import { useText } from '../../text/i18n.ts'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { useComplex } from '../complex.tsx'
import { HeldAlert } from '../holds/held-alert.tsx'
import { RecentPurchases } from '../purchases/recent-purchases.tsx'
import styles from './board.module.css'
import { useBoardItem, useMeterDetail } from './board-data.ts'
import { useSentCommands } from './command-data.ts'
import { CommandProgress } from './command-progress.tsx'
import { MeterActions } from './meter-actions.tsx'
import { MeterFacts, MeterFigures, MeterPrice } from './meter-figures.tsx'
import { shopName } from './tile.tsx'

const Content = ({ meterId }: { meterId: number }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const live = useBoardItem(meterId)
  const detail = useMeterDetail(complexId, meterId)
  const sent = useSentCommands(meterId)
  const item = live ?? detail.data
  // What both hold is newer on the live line.
  const meter = detail.data && { ...detail.data, ...live }
  if (!item) {
    if (detail.error) return <ProblemAlert error={detail.error} onRetry={() => detail.refetch()} />
    return <Skeleton active />
  }
  return (
    <div className={styles.drawer}>
      {item.held ? <HeldAlert meterId={item.meterId} /> : null}
      {item.mode === 'kept' ? <Alert type="info" showIcon title={say('mode.keptText')} /> : null}
      <MeterFigures item={item} />
      <MeterActions complexId={complexId} item={item} closing={detail.data?.closing ?? false} />
      {sent.map((commandId) => (
        <CommandProgress key={commandId} complexId={complexId} commandId={commandId} />
      ))}
      {detail.error ? <ProblemAlert error={detail.error} onRetry={() => detail.refetch()} /> : null}
      {meter ? (
        <>
          <h3>{say('meter.facts')}</h3>
          <MeterFacts meter={meter} />
          <h3>{say('meter.priceAndLimits')}</h3>
          <MeterPrice meter={meter} />
        </>
      ) : (
        <Skeleton active />
      )}
      <h3>{say('meter.purchases')}</h3>
      <RecentPurchases filter={{ meterId: String(meterId) }} limit={5} />
    </div>
  )
}

const Title = ({ meterId }: { meterId: number }) => {
  const { say, language } = useText()
  const item = useBoardItem(meterId)
  if (!item) return say('meter.title')
  return (
    <span className={styles.drawerTitle}>
      {item.premises} <Name>{shopName(item, language)}</Name>
      <PointKind kind={item.pointKind} /> <StateTag state={item.state} />
    </span>
  )
}

const MeterDrawer = ({ meterId, onClose }: { meterId: number; onClose: () => void }) => (
  <Drawer
    open
    size={640}
    title={<Title meterId={meterId} />}
    onClose={onClose}
    mask={{ closable: true }}
  >
    <Content key={meterId} meterId={meterId} />
  </Drawer>
)

export default MeterDrawer
