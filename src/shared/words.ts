// Words 文字: the two languages, and a text in both beside the code it explains.

export type Language = 'zh' | 'en'
export type Words = { readonly [language in Language]: string }

export const words = (zh: string, en: string): Words => ({ zh, en })

/** The same text in both languages: numbers, codes, hexadecimal. */
export const sameWords = (text: string): Words => ({ zh: text, en: text })
