// The languages to choose from 语言: each is named in itself, on every screen.

export const LANGUAGES = [
  { value: 'zh', label: '\u4e2d\u6587' },
  { value: 'en', label: 'English' },
] as const
