// Which meters 调试范围: those of a gateway, of a building, or all.

import { Select } from 'antd'
import { useText } from '../../text/i18n.ts'
import { nameIn } from '../../ui/name.tsx'
import { useBuildings, useGateways } from '../collection/collection-data.ts'
import { gatewayName } from '../collection/gateway-name.ts'
import styles from './commissioning.module.css'

type UnitSearch = { gateway?: string | undefined; building?: string | undefined }

type UnitChoiceProps = {
  complexId: number
  search: UnitSearch
  onChosen: (search: UnitSearch) => void
}

export const unitOf = ({ gateway, building }: UnitSearch) => ({
  ...(gateway ? { gatewayId: Number(gateway) } : {}),
  ...(building ? { buildingId: Number(building) } : {}),
})

export const UnitChoice = ({ complexId, search, onChosen }: UnitChoiceProps) => {
  const { say, language } = useText()
  const gateways = useGateways(complexId).data?.items ?? []
  const buildings = useBuildings(complexId).data?.items ?? []
  return (
    <>
      <Select
        aria-label={say('unit.building')}
        className={styles.pick}
        allowClear
        placeholder={say('unit.building')}
        value={search.building ?? null}
        options={buildings.map((each) => ({
          value: String(each.buildingId),
          label: nameIn(language, { zh: each.name, en: each.nameEn }),
        }))}
        onChange={(building) => onChosen({ ...search, building: building ?? undefined })}
      />
      <Select
        aria-label={say('unit.gateway')}
        className={styles.pick}
        allowClear
        placeholder={say('unit.gateway')}
        value={search.gateway ?? null}
        options={gateways.map((each) => ({
          value: String(each.gatewayId),
          label: gatewayName(each, language),
        }))}
        onChange={(gateway) => onChosen({ ...search, gateway: gateway ?? undefined })}
      />
    </>
  )
}
