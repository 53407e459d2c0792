// `npm run new -- model <id> …`: writes the skeleton of a new thing, so that nobody begins with an
// empty file. It never overwrites one.

import { readConfig } from '../src/config.ts'
import { newModel } from './new/model.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

const USAGE = `npm run new -- model <id> --protocol <protocol> [--vendor <name>] [--user]
  --protocol   modbus | dlt645-2007 | dlt645-1997
  --user   写入数据文件夹的 JSON / a JSON file in the data folder instead of one of ours`

const [kind, ...args] = process.argv.slice(2)
const settings = readConfig([])
const places = {
  root: process.cwd(),
  dataDir: settings.ok ? settings.config.dataDir : null,
}
const result = kind === 'model' ? await newModel(places, args) : null
say(result === null ? USAGE : result.text)
process.exitCode = result?.ok ? 0 : 1
