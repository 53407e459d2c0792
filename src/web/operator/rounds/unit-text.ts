// What a round reads 抄表范围, in words: so many meters, a gateway, a building, a floor, everything.

import type { ReadUnit } from '../../../http/contract/rounds.ts'
import { useText } from '../../text/i18n.ts'
import { buildingName, floorName } from '../board/building.ts'
import { useBuildings, useGateways } from '../collection/collection-data.ts'

export const useUnitText = (complexId: number) => {
  const { say, language } = useText()
  const buildings = useBuildings(complexId).data?.items ?? []
  const gateways = useGateways(complexId).data?.items ?? []
  return (unit: ReadUnit): string => {
    if (unit.meterIds) return say('unit.meters', { n: unit.meterIds.length })
    if (unit.gatewayId !== undefined) {
      const found = gateways.find(({ gatewayId }) => gatewayId === unit.gatewayId)
      return say('unit.gatewayIs', { name: found?.code ?? unit.gatewayId })
    }
    if (unit.buildingId !== undefined) {
      const found = buildings.find(({ buildingId }) => buildingId === unit.buildingId)
      const name = found
        ? buildingName({ building: found.name, buildingEn: found.nameEn }, language)
        : String(unit.buildingId)
      return unit.floor === undefined ? name : `${name} ${floorName(unit.floor, say)}`
    }
    return say('unit.all')
  }
}
