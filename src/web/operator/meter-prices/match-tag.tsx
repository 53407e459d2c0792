// Whether a meter holds the prices of its plan 表内电价比对: unknown is never taken for right.

import type { MeterPriceRow } from '../../../http/contract/meter-prices.ts'
import { useText } from '../../text/i18n.ts'
import { Tag, type Tone } from '../../ui/tag.tsx'
import type { Match } from './price-data.ts'

const TONES: Record<Match, Tone> = {
  unknown: 'plain',
  matches: 'good',
  waiting: 'busy',
  differs: 'bad',
  unsupported: 'plain',
}

export const MatchTag = ({ row }: { row: Pick<MeterPriceRow, 'match' | 'differs'> }) => {
  const { say } = useText()
  const what = row.differs.map((each) => say(`priceDiffers.${each}`)).join(', ')
  return (
    <>
      <Tag tone={TONES[row.match]}>{say(`priceMatch.${row.match}`)}</Tag>{' '}
      {row.match === 'differs' ? what : ''}
    </>
  )
}
