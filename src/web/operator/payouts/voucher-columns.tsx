// The columns of a list of vouchers 付款凭证列.

import { Link } from '@tanstack/react-router'
import type { Voucher } from '../../../http/contract/payouts.ts'
import type { Language, Say } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'

export const voucherColumns = (say: Say, language: Language): Column<Voucher>[] => [
  { key: 'at', title: say('voucher.at'), render: (v) => <When at={v.at} /> },
  {
    key: 'no',
    title: say('payout.voucher'),
    render: (v) => (
      <Link to="/vouchers/$payoutId" params={{ payoutId: v.payoutId }}>
        {v.receiptNo}
      </Link>
    ),
  },
  { key: 'purpose', title: say('reduction.purpose'), render: (v) => v.title[language] },
  {
    key: 'tenant',
    title: say('sale.shop'),
    render: (v) => (
      <Name>
        {v.premises} {v.tenant}
      </Name>
    ),
  },
  { key: 'accountNo', title: say('account.no'), render: (v) => v.accountNo },
  {
    key: 'paid',
    title: say('voucher.paidYuan'),
    align: 'right',
    render: (v) => <Money fen={v.paidFen} />,
  },
  { key: 'method', title: say('payout.method'), render: (v) => say(`method.${v.method}`) },
  {
    key: 'reason',
    title: say('payout.reason'),
    render: (v) => (
      <>
        {v.reason[language]} <Name>{v.note}</Name>
      </>
    ),
  },
  { key: 'operator', title: say('voucher.operator'), render: (v) => <Name>{v.operator}</Name> },
  {
    key: 'approvedBy',
    title: say('voucher.approvedBy'),
    render: (v) => <Name>{v.approvedBy ?? '—'}</Name>,
  },
]
