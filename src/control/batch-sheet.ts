// The results of a batch as a sheet 批量操作结果导出, in the language of who asks for it.

import type { BatchItem, BatchView } from '../http/contract/batches.ts'
import type { Language, Words } from '../shared/words.ts'
import { REASONS, RELAYS, said } from './read-round-sheet.ts'

const STATES: Readonly<Record<BatchItem['state'], Words>> = {
  queued: { zh: '等待', en: 'waiting' },
  sent: { zh: '已发出', en: 'sent' },
  acknowledged: { zh: '表已应答', en: 'acknowledged' },
  confirmed: { zh: '已确认', en: 'confirmed' },
  failed: { zh: '失败', en: 'failed' },
  expired: { zh: '过期未发', en: 'expired' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  held: { zh: '结果不明', en: 'unknown' },
}

const NOTES: Readonly<Record<string, Words>> = {
  needsHandOnButton: {
    zh: '已允许合闸，需在表上按键',
    en: 'closing is permitted, press the button',
  },
  moneyShort: { zh: '余额不足，未合闸', en: 'stays tripped: the money does not suffice' },
  moneyUnknown: { zh: '余额未知，未合闸', en: 'stays tripped: the money is not known' },
  noTenant: { zh: '未开户，未合闸', en: 'stays tripped: nobody buys here' },
  tripNotOurs: { zh: '电表自行拉闸，由电表恢复', en: 'the meter tripped by itself' },
  needsOperator: { zh: '须由操作员恢复', en: 'an operator has to release it' },
}

type Column = Words & { of(item: BatchItem, language: Language): string | number }
const column = (zh: string, en: string, of: Column['of']): Column => ({ zh, en, of })

/** In the zone of the complex, as spreadsheets write it. */
const timeIn = (at: string | null): string => (at ?? '').slice(0, 19).replace('T', ' ')

const later = ({ seenLater }: BatchItem, language: Language): string => {
  if (seenLater === null) return ''
  const as = seenLater.asWanted
  const at = timeIn(seenLater.at)
  if (language === 'zh') return `${at} ${as ? '与要求一致' : '与要求不一致'}`
  return `${at} ${as ? 'as wanted' : 'not as wanted'}`
}

const COLUMNS: readonly Column[] = [
  column('表号', 'Meter', (item) => item.meterNo),
  column('商铺', 'Premises', (item, language) =>
    language === 'en' ? item.premisesEn : item.premises,
  ),
  column('通讯管理机', 'Gateway', (item) => item.gatewayCode),
  column('结果', 'Result', (item, language) => STATES[item.state][language]),
  column('回读继电器', 'Relay as read back', ({ relay }, language) =>
    said(RELAYS, relay, language),
  ),
  column('说明', 'Note', ({ note }, language) => said(NOTES, note, language)),
  column('原因', 'Reason', ({ reason }, language) => said(REASONS, reason, language)),
  column('明细', 'Detail', (item) => item.detail ?? ''),
  column('事后查明', 'Seen later', later),
  column('发出次数', 'Attempts', (item) => item.attempts),
  column('发出时间', 'Sent at', (item) => timeIn(item.sentAt)),
  column('结束时间', 'Ended at', (item) => timeIn(item.endedAt)),
]

const REFUSED: Words = { zh: '未受理', en: 'refused' }

/** The headings, then a row for each meter, those refused beforehand last. */
export const batchSheet = (
  { items, refused }: Pick<BatchView, 'items' | 'refused'>,
  language: Language,
): (string | number)[][] => [
  COLUMNS.map((each) => each[language]),
  ...items.map((item) => COLUMNS.map((each) => each.of(item, language))),
  ...refused.map(({ meterNo, premises, title }) => [
    ...[meterNo, premises, '', REFUSED[language], '', '', title],
    ...COLUMNS.slice(7).map(() => ''),
  ]),
]
