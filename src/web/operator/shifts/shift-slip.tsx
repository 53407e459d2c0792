// The hand-over slip 交班单: what the drawer began with, should hold and held, and what each pay
// method took in and paid back. Two people sign it.

import type { Shift } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { useComplex } from '../complex.tsx'
import { Cell, Cells, Part, Sheet } from '../receipt/part.tsx'

const Methods = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  const moved = (shift.totals ?? []).filter((each) => each.sales > 0 || each.payouts > 0)
  return moved.map(({ method, sales, salesFen, payouts, payoutsFen }) => (
    <Cell
      key={method}
      wide
      label={`${say(`method.${method}`)} ${say('shift.inOut', { sales, payouts })}`}
    >
      +<Money fen={salesFen} unit /> −<Money fen={payoutsFen} unit />
    </Cell>
  ))
}

export const WhyItDiffers = ({ shift: { reasonCode, note } }: { shift: Shift }) => {
  const { say } = useText()
  return (
    <>
      {reasonCode === null ? null : say(`shiftReason.${reasonCode}`)} <Name>{note}</Name>
    </>
  )
}

export const ShiftSlip = ({ shift }: { shift: Shift }) => {
  const { say } = useText()
  const { name } = useComplex()
  const { count, receipts } = shift
  return (
    <Sheet>
      <Part
        complex={name}
        title={say('shift.slip')}
        no={null}
        at={shift.closedAt ?? shift.openedAt}
        foot={say('shift.signatures')}
      >
        <Cells>
          <Cell label={say('shift.operator')}>
            <Name>{shift.operator}</Name>
          </Cell>
          <Cell label={say('shift.openedAt')}>
            <When at={shift.openedAt} />
          </Cell>
          <Cell wide label={say('shift.receipts')}>
            {receipts?.from ?? '—'} – {receipts?.to ?? '—'}
          </Cell>
          <Cell label={say('shift.float')}>
            <Money fen={shift.floatFen} unit />
          </Cell>
          <Cell label={say('shift.expected')}>
            <Money fen={count?.expectedFen ?? null} unit />
          </Cell>
          <Cell label={say('shift.counted')}>
            <Money fen={count?.countedFen ?? null} unit />
          </Cell>
          <Cell label={say('shift.difference')}>
            <Money fen={count?.differenceFen ?? null} unit />
          </Cell>
          <Cell label={say('shift.handedIn')}>
            <b>
              <Money fen={shift.handedInFen} unit />
            </b>
          </Cell>
          <Methods shift={shift} />
          {shift.reasonCode === null ? null : (
            <Cell whole label={say('shift.reason')}>
              <WhyItDiffers shift={shift} />
            </Cell>
          )}
        </Cells>
      </Part>
    </Sheet>
  )
}
