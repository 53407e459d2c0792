// The prices that a meter would get 将下发电价: plan and version, and from which moment on.

import type { PriceToCome as Price } from '../../../http/contract/commands.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Name } from '../../ui/name.tsx'

export const PlanToCome = ({ price }: { price: Price }) => {
  const { say, language } = useText()
  return (
    <>
      <Name>{(language === 'en' && price.planEn) || price.plan}</Name>{' '}
      {say('plan.versionNo', { n: price.planVersion })}
    </>
  )
}

export const SwitchToCome = ({ price: { switchAt } }: { price: Price }) => {
  const { say } = useText()
  return switchAt === null ? say('push.atOnce') : <When at={switchAt} />
}
