// The log port 日志: one line per event with its facts beside the text. Passwords, keys, tokens and
// telephone numbers never go in.

export type LogFacts = Readonly<Record<string, string | number | boolean | null>>

export type Log = {
  info(text: string, facts?: LogFacts): void
  warn(text: string, facts?: LogFacts): void
  error(text: string, facts?: LogFacts): void
}
