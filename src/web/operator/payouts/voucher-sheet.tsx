// The voucher 付款凭证 on the same paper as a receipt; the tenant signs it.

import type { Voucher } from '../../../http/contract/payouts.ts'
import { useText } from '../../text/i18n.ts'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Cell, Cells, Part, Sheet } from '../receipt/part.tsx'

const Body = ({ voucher }: { voucher: Voucher }) => {
  const { say, language } = useText()
  return (
    <Cells>
      <Cell label={say('receipt.tenant')}>
        <Name>{voucher.tenant}</Name>
      </Cell>
      <Cell label={say('receipt.accountNo')}>{voucher.accountNo}</Cell>
      <Cell label={say('receipt.premises')}>
        <Name>{voucher.premises}</Name>
      </Cell>
      <Cell label={say('receipt.meterNo')}>{voucher.meterNo || '—'}</Cell>
      <Cell label={say('voucher.paid')}>
        <b>
          <Money fen={voucher.paidFen} unit />
        </b>
      </Cell>
      <Cell label={say('payout.method')}>{say(`method.${voucher.method}`)}</Cell>
      <Cell label={say('receipt.capitals')} wide>
        <span lang="zh-CN">{voucher.paidCapitals}</span>
      </Cell>
      <Cell label={say('payout.reason')} wide>
        {voucher.reason[language]} <Name>{voucher.note}</Name>
      </Cell>
      <Cell label={say('voucher.ofReceipt')}>{voucher.saleReceiptNo ?? '—'}</Cell>
      <Cell label={say('payout.fee')}>
        <Money fen={voucher.serviceFeeFen} unit />
      </Cell>
      <Cell label={say('payout.balance')} wide>
        <Money fen={voucher.balanceBeforeFen} unit /> → <Money fen={voucher.balanceAfterFen} unit />
      </Cell>
      <Cell label={say('voucher.operator')}>
        <Name>{voucher.operator}</Name>
      </Cell>
      <Cell label={say('voucher.approvedBy')}>
        <Name>{voucher.approvedBy ?? '—'}</Name>
      </Cell>
    </Cells>
  )
}

type VoucherSheetProps = { voucher: Voucher; copyNo?: number }

export const VoucherSheet = ({ voucher, copyNo = 1 }: VoucherSheetProps) => {
  const { say, language } = useText()
  return (
    <Sheet>
      <Part
        complex={voucher.complex}
        title={voucher.title[language]}
        no={voucher.receiptNo}
        at={voucher.at}
        copyNo={copyNo}
        foot={say('voucher.signatures')}
      >
        <Body voucher={voucher} />
      </Part>
    </Sheet>
  )
}
