// Words 文字: a text in both languages beside the code it explains.

export type Lang = 'zh' | 'en'
export type Words = { readonly zh: string; readonly en: string }

export const words = (zh: string, en: string): Words => ({ zh, en })

/** The same text in both languages: numbers, codes, hexadecimal. */
export const sameWords = (text: string): Words => ({ zh: text, en: text })
