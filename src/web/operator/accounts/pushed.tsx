// Thresholds on their way into a meter 参数下发: what stands above holds until it shows these.

import type { AccountLife } from '../../../http/contract/account-life.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'

type Supply = AccountLife['supplies'][number]
type Pushed = NonNullable<Supply['pushed']>

const LIMITS = ['alarm1Fen', 'alarm2Fen', 'overdraftFen', 'hoardingFen'] as const

const toneOf = (state: Pushed['state']): Tone => {
  if (state === 'confirmed') return 'good'
  return state === 'queued' || state === 'sent' || state === 'acknowledged' ? 'busy' : 'bad'
}

export const PushedThresholds = ({ supply }: { supply: Supply }) => {
  const { say } = useText()
  const { pushed } = supply
  if (pushed === null) return null
  return (
    <div className={layout.line} data-testid="pushed">
      <span>{say('supply.pushed')}</span>
      {LIMITS.map((limit) => {
        const fen = pushed.wanted[limit]
        return fen === undefined ? null : (
          <span key={limit}>
            {say(`supply.${limit}`)} <Money fen={fen} strong />
          </span>
        )
      })}
      <span>
        <Tag tone={toneOf(pushed.state)}>{say(`command.is.${pushed.state}`)}</Tag>{' '}
        <When at={pushed.at} />
      </span>
    </div>
  )
}
