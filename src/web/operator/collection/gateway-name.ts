// The name of a gateway 通讯管理机名称 in the reader's language; ours where nobody gave one in it.

import type { Language } from '../../text/i18n.ts'

export const gatewayName = (
  { name, nameEn }: { name: string; nameEn: string },
  language: Language,
): string => (language === 'en' && nameEn !== '' ? nameEn : name)
