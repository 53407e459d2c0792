// The place of a row 商铺 in the reader's language, where a list has it in one text.

import { useText } from '../../text/i18n.ts'
import { premisesText } from './building.ts'

export const Premises = ({ of }: { of: { premises: string; premisesEn: string } }) =>
  premisesText(of, useText().language)
