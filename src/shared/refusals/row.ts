// One refusal 拒绝: its HTTP status and its words in both languages.

export type RefusalRow = { status: number; zh: string; en: string }
