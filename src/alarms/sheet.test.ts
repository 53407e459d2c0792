import { expect, test } from 'vitest'
import type { Alarm } from '../http/contract/alarms.ts'
import { alarmSheet, SHEET_ROWS_MAX } from './sheet.ts'

const FACTS = {
  ...{ meterId: 7, powerW: 9_000, limits: { powerW: 8_000 }, plan: null, balanceFen: -1_205 },
  ...{ relay: 'tripped', odd: 3, offsetMs: -1_500, usedWh: 1_250 },
}
const ZH =
  '用电量：1.25 kWh；功率：9000 W；余额（元）：-12.05；继电器：拉闸；odd：3；时钟偏差：-1.5 s'
const EN =
  'Used: 1.25 kWh; Power: 9000 W; Balance (yuan): -12.05; Relay: tripped; odd: 3; ' +
  'Clock is off by: -1.5 s'

const ALARM: Alarm = {
  ...{ alarmId: '0190a0b0-0000-7000-8000-000000000001', complexId: 1, rule: 'overload' },
  ...{ title: { zh: '过载', en: 'Overload' }, severity: 'serious' },
  ...{ subjectKind: 'meter', subjectId: 7, subject: 'A-101', subjectEn: 'A-101' },
  ...{ building: '一号楼', buildingEn: 'Building 1', gateway: null, gatewayEn: null },
  ...{ meterId: 7, facts: FACTS },
  ...{ raisedAt: '2026-11-23T09:00:00+08:00', clearedAt: '2026-11-23T10:30:00+08:00' },
  ...{ acknowledgedAt: null, acknowledgedBy: null, shelvedUntil: null },
  ...{ escalated: 2, parentId: null, covered: 3 },
}
const page = (alarms: Alarm[], nextCursor: string | null = null) => ({ items: alarms, nextCursor })

test.each([
  ['zh', '等级', '严重', '过载', '一号楼', ZH],
  ['en', 'Severity', 'serious', 'Overload', 'Building 1', EN],
] as const)(
  'a sheet speaks the language of who asks: %s',
  (language, head, severity, title, building, facts) => {
    const [heads, row] = alarmSheet(page([ALARM]), language)
    expect(heads?.[1]).toBe(head)
    expect(row).toEqual([
      ...['2026-11-23T09:00:00+08:00', severity, title, 'A-101', building, '', '', ''],
      ...['2026-11-23T10:30:00+08:00', 90, 3, 2, facts],
    ])
  },
)

test('an alarm that has not cleared has no length yet', () => {
  expect(alarmSheet(page([{ ...ALARM, clearedAt: null }]), 'en')[1]?.slice(8, 10)).toEqual(['', ''])
})

test('of more alarms than a sheet takes none are given, rather than a part', () => {
  expect(() => alarmSheet(page([ALARM], 'more'), 'zh')).toThrow(
    expect.objectContaining({ code: 'alarm_sheet_too_long', facts: { max: SHEET_ROWS_MAX } }),
  )
})
