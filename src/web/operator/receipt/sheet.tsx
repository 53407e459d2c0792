// The receipt on 241 × 93 mm paper 三联单. Impact printers want black only, lines of 0.2 mm, nothing
// under 9 pt and no grey.

import type { Receipt } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { COPIES, type Copy, type Paper } from './paper.ts'
import { Cell, Part } from './part.tsx'
import styles from './receipt.module.css'

const Body = ({ receipt }: { receipt: Receipt }) => {
  const { say } = useText()
  return (
    <dl className={styles.cells}>
      <Cell label={say('receipt.tenant')}>
        <Name>{receipt.tenant}</Name>
      </Cell>
      <Cell label={say('receipt.accountNo')}>{receipt.accountNo}</Cell>
      <Cell label={say('receipt.premises')}>
        <Name>{receipt.premises}</Name>
      </Cell>
      <Cell label={say('receipt.meterNo')}>{receipt.meterNo}</Cell>
      <Cell label={say('receipt.paid')}>
        <b>
          <Money fen={receipt.paidFen} unit />
        </b>
      </Cell>
      <Cell label={say('receipt.method')}>{say(`method.${receipt.method}`)}</Cell>
      <Cell label={say('receipt.capitals')} wide>
        <span lang="zh-CN">{receipt.paidCapitals}</span>
      </Cell>
      <Cell label={say('receipt.carry')}>
        <Money fen={receipt.carryFen} unit />
      </Cell>
      {receipt.serviceFeeFen ? (
        <Cell label={say('receipt.serviceFee')}>
          <Money fen={receipt.serviceFeeFen} unit />
        </Cell>
      ) : null}
      <Cell label={say(receipt.intoBalance ? 'receipt.toBalance' : 'receipt.credit')}>
        <Money fen={receipt.creditFen} unit />
      </Cell>
      <Cell label={say('receipt.price')}>
        <Price e8={receipt.priceE8} />
      </Cell>
      <Cell label={say('receipt.worth')}>
        <Energy wh={receipt.creditWh} />
      </Cell>
      <Cell label={say('receipt.before')}>
        <Money fen={receipt.balanceBeforeFen} unit />
      </Cell>
      <Cell label={say('receipt.after')}>
        <Money fen={receipt.balanceAfterFen} unit />
      </Cell>
      <Cell label={say('receipt.purchaseNo')}>{receipt.purchaseNo}</Cell>
      <Cell label={say('receipt.operator')}>
        <Name>{receipt.operator}</Name>
      </Cell>
    </dl>
  )
}

type CopiedProps = { receipt: Receipt; copy: Copy | null; copyNo: number }

const Copied = ({ receipt, copy, copyNo }: CopiedProps) => {
  const { say, language } = useText()
  return (
    <Part
      complex={receipt.complex}
      title={receipt.title?.[language] ?? say('receipt.title')}
      no={receipt.receiptNo}
      at={receipt.at}
      copyNo={copyNo}
      foot={copy === null ? say('receipt.allCopies') : say(`receipt.copy.${copy}`)}
    >
      <Body receipt={receipt} />
    </Part>
  )
}

type ReceiptSheetProps = { receipt: Receipt; paper: Paper; copyNo?: number }

/** One page on three-ply, three marked pages on plain paper. */
export const ReceiptSheet = ({ receipt, paper, copyNo = 1 }: ReceiptSheetProps) => (
  <div className={styles.sheet}>
    {paper === 'ply' ? (
      <Copied receipt={receipt} copy={null} copyNo={copyNo} />
    ) : (
      COPIES.map((copy) => <Copied key={copy} receipt={receipt} copy={copy} copyNo={copyNo} />)
    )}
  </div>
)
