// Language 语言: Chinese is the source, English complete by its type. The choice is remembered in
// this browser and sent to the server, whose own texts then answer in the same language.

import i18next, { type i18n } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { zh } from './zh.ts'

export type Language = 'zh' | 'en'
export type TextKey = keyof typeof zh
type Values = Record<string, string | number>
export type Say = (key: TextKey, values?: Values) => string

const REMEMBERED = 'prewatt.language'
const tagOf = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Language, string>

const languageOf = (text: string | null | undefined): Language =>
  text?.toLowerCase().startsWith('en') ? 'en' : 'zh'

/** True where a key that was put together names a text. */
export const hasText = (key: string): key is TextKey => Object.hasOwn(zh, key)

/** English comes when somebody reads it; Chinese is what stands in for a missing text. */
const load = async (language: Language): Promise<void> => {
  if (language === 'zh' || i18next.hasResourceBundle('en', 'translation')) return
  const { en } = await import('./en.ts')
  i18next.addResourceBundle('en', 'translation', en)
}

/** Once it has ended all texts of the language are here. */
export const startText = async (): Promise<i18n> => {
  const lng = languageOf(localStorage.getItem(REMEMBERED))
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'zh',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { zh: { translation: zh } },
  })
  await load(lng)
  document.documentElement.lang = tagOf[lng]
  return i18next
}

export const languageTag = (): string => tagOf[languageOf(i18next.language)]

const show = async (language: Language): Promise<void> => {
  await load(language)
  document.documentElement.lang = tagOf[language]
  await i18next.changeLanguage(language)
}

export const setLanguage = async (language: Language): Promise<void> => {
  localStorage.setItem(REMEMBERED, language)
  await show(language)
}

/** The operator's own language, unless somebody has chosen one in this browser. */
export const offerLanguage = async (language: Language): Promise<void> => {
  if (localStorage.getItem(REMEMBERED) === null) await show(language)
}

/** By `n` the engine picks the singular of a text that has one. */
const counted = (values: Values = {}) =>
  typeof values.n === 'number' ? { ...values, count: values.n } : values

export const useText = (): { say: Say; language: Language } => {
  const { t, i18n: engine } = useTranslation()
  return {
    say: (key, values) => t(key, counted(values)),
    language: languageOf(engine.language),
  }
}
