// `npm run bench -- poll`: the polling client beside others, then the whole collector on paced
// buses.

import { benchBuses } from './poll-buses.ts'
import { benchRivals } from './poll-rivals.ts'

export const benchPoll = async (): Promise<string> => {
  const rivals = await benchRivals()
  process.stderr.write(`${rivals}\n`)
  return [rivals, '', await benchBuses()].join('\n')
}
