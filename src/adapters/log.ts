// The log 日志 on standard output, one line per event.

import type { Log, LogFacts } from '../ports/log.ts'

type Level = 'info' | 'warn' | 'error'

const value = (fact: string | number | boolean | null): string =>
  typeof fact === 'string' && /[\s"=]/.test(fact) ? JSON.stringify(fact) : String(fact)

const line = (level: Level, text: string, facts: LogFacts = {}): string => {
  const time = new Date().toISOString()
  const rest = Object.entries(facts).map(([name, fact]) => ` ${name}=${value(fact)}`)
  return `${time} ${level.padEnd(5)} ${text}${rest.join('')}\n`
}

const writer =
  (level: Level) =>
  (text: string, facts?: LogFacts): void => {
    process.stdout.write(line(level, text, facts))
  }

export const stdoutLog: Log = {
  info: writer('info'),
  warn: writer('warn'),
  error: writer('error'),
}
