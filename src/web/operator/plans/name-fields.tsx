// What a plan is called 方案名称, in both languages.

import { useText } from '../../text/i18n.ts'
import { TextField } from '../../ui/form.tsx'

const NAME_MAX = 100

export type PlanNames = { name: string; nameEn: string }

type NameFieldsProps = { names: PlanNames; onNames: (names: PlanNames) => void }

export const NameFields = ({ names, onNames }: NameFieldsProps) => {
  const { say } = useText()
  return (
    <>
      <TextField
        id="plan-name"
        label={say('plan.name')}
        text={names.name}
        onText={(name) => onNames({ ...names, name })}
        maxLength={NAME_MAX}
      />
      <TextField
        id="plan-name-en"
        label={say('plan.nameEn')}
        text={names.nameEn}
        onText={(nameEn) => onNames({ ...names, nameEn })}
        maxLength={NAME_MAX}
      />
    </>
  )
}
