// What alarms can be asked for by 报警筛选.

import { type TextKey, useText } from '../../text/i18n.ts'
import type { Filter } from '../../ui/search-form.tsx'
import { useBuildings, useGateways } from '../collection/collection-data.ts'
import { useAlarmSettings } from './alarm-data.ts'
import { SEVERITIES } from './sound-choice.ts'

const HISTORY_STATES = ['active', 'acknowledged', 'shelved', 'cleared'] as const
const STATE_TEXT: Record<(typeof HISTORY_STATES)[number], TextKey> = {
  active: 'alarms.active',
  acknowledged: 'alarm.acknowledged',
  shelved: 'alarms.shelved',
  cleared: 'alarm.cleared',
}

const usePlaces = (complexId: number): Filter[] => {
  const { say, language } = useText()
  const rules = useAlarmSettings(complexId).data?.rules ?? []
  const buildings = useBuildings(complexId).data?.items ?? []
  const gateways = useGateways(complexId).data?.items ?? []
  return [
    {
      key: 'severity',
      label: say('alarm.severity'),
      options: SEVERITIES.map((value) => ({ value, label: say(`severity.${value}`) })),
    },
    {
      key: 'rule',
      label: say('alarm.title'),
      options: rules.map(({ rule, title }) => ({ value: rule, label: title[language] })),
    },
    {
      key: 'buildingId',
      label: say('meters.building'),
      options: buildings.map(({ buildingId, name, nameEn }) => ({
        value: String(buildingId),
        label: language === 'zh' ? name : nameEn || name,
      })),
    },
    {
      key: 'gatewayId',
      label: say('meter.gateway'),
      options: gateways.map(({ gatewayId, code }) => ({ value: String(gatewayId), label: code })),
    },
    { key: 'search', label: say('alarms.shopOrMeter') },
  ]
}

export const useLiveFilters = (complexId: number): Filter[] => {
  const { say } = useText()
  return [
    ...usePlaces(complexId),
    {
      key: 'show',
      label: say('alarm.state'),
      options: [
        { value: 'open', label: say('alarm.open') },
        { value: 'shelved', label: say('alarms.shelved') },
      ],
    },
  ]
}

export const useHistoryFilters = (complexId: number): Filter[] => {
  const { say } = useText()
  return [
    { key: 'from', label: say('alarms.from'), day: true },
    { key: 'to', label: say('alarms.to'), day: true },
    ...usePlaces(complexId),
    {
      key: 'state',
      label: say('alarm.state'),
      options: HISTORY_STATES.map((value) => ({ value, label: say(STATE_TEXT[value]) })),
    },
    { key: 'by', label: say('alarms.by') },
    { key: 'minMinutes', label: say('alarms.minMinutes') },
  ]
}
