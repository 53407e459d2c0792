// `npm run bench -- poll`: the polling client beside others, then the whole collector on paced
// buses: at the limit of the wire, and as on every day.

import { benchEveryDay, benchLimit } from './poll-buses.ts'
import { benchRivals } from './poll-rivals.ts'

export const benchPoll = async (): Promise<string> => {
  const parts: string[] = []
  for (const bench of [benchRivals, benchLimit, benchEveryDay]) {
    const part = await bench()
    process.stderr.write(`${part}\n\n`)
    parts.push(part)
  }
  return parts.join('\n\n')
}
