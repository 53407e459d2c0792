// The command line `prewatt` 命令行: small tools beside the centre.

import { audit, EXIT } from './commands-line/audit.ts'
import { frameDecodeArgs } from './commands-line/frame-decode.ts'
import { listKeys, rotateData, rotateMaster, type Said } from './commands-line/keys.ts'
import { exportArgs, ledgerExport } from './commands-line/ledger-export.ts'
import { modelCheck } from './commands-line/model-check.ts'
import { type Config, readConfig, SETTINGS } from './config.ts'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const USAGE = `prewatt frame decode [--en] <hex>   逐字段解释一帧 / explains a frame field by field
  --as modbus-rtu|modbus-tcp|dlt645-2007|dlt645-1997   指定协议 / names the protocol
prewatt model check [--en] <file>   校验表型文件 / checks a meter model file
prewatt audit                       审计账务；退出码 0 完好，1 有问题，2 未能核对
                                    audits the books; exits with 0 sound, 1 found, 2 not checked
prewatt ledger export [--format hledger|csv] [--complex N]
                                    导出账务 / exports the books
prewatt keys list                   列出密钥版本 / lists key versions, no secrets
prewatt keys rotate                 更换主密钥 / a new master key
prewatt keys rotate --data [--resume]
                                    更换数据密钥并重新加密 / new data keys, seals again
prewatt config                      列出设置 / lists the settings`

const configOrSay = (): Config | null => {
  const result = readConfig([])
  if (result.ok) return result.config
  for (const problem of result.problems) say(`${problem.zh} / ${problem.en}`)
  return null
}

const decode = (args: readonly string[]): boolean => {
  const result = frameDecodeArgs(args)
  say(result.text)
  return result.ok
}

const checkModelFile = async (args: readonly string[]): Promise<boolean> => {
  const path = args.find((arg) => !arg.startsWith('--')) ?? ''
  const result = await modelCheck(path, args.includes('--en') ? 'en' : 'zh')
  say(result.text)
  return result.ok
}

const runAudit = async (): Promise<number> => {
  const config = configOrSay()
  if (!config) return EXIT.notChecked
  const { text, exit } = await audit(config)
  say(text)
  return exit
}

const exportBooks = async (args: readonly string[]): Promise<boolean> => {
  const wanted = exportArgs(args)
  if (!wanted) {
    say(USAGE)
    return false
  }
  const config = configOrSay()
  if (!config) return false
  await ledgerExport(config, wanted, (text) => process.stdout.write(text))
  return true
}

const keysCommand = (config: Config, args: readonly string[]): Promise<Said> | null => {
  const [verb, ...options] = args
  const known = options.every((option) => ['--data', '--resume'].includes(option))
  if (!known) return null
  if (verb === 'list' && options.length === 0) return listKeys(config)
  if (verb !== 'rotate') return null
  if (options.includes('--data'))
    return rotateData(config, { resume: options.includes('--resume') })
  return options.length === 0 ? rotateMaster(config) : null
}

const runKeys = async (args: readonly string[]): Promise<boolean> => {
  const config = configOrSay()
  if (!config) return false
  const result = await keysCommand(config, args)
  say(result?.text ?? USAGE)
  return result?.ok ?? false
}

const listSettings = (): boolean => {
  for (const s of SETTINGS) say(`${s.name.padEnd(24)} ${s.standard.padEnd(10)} ${s.zh} / ${s.en}`)
  return configOrSay() !== null
}

const run = async (args: readonly string[]): Promise<boolean | number> => {
  const [command, verb] = args
  if (command === 'frame' && verb === 'decode') return decode(args.slice(2))
  if (command === 'model' && verb === 'check') return checkModelFile(args.slice(2))
  if (command === 'audit') return runAudit()
  if (command === 'ledger' && verb === 'export') return exportBooks(args.slice(2))
  if (command === 'keys') return runKeys(args.slice(1))
  if (command === 'config') return listSettings()
  say(USAGE)
  return command === undefined || command === 'help'
}

const done = await run(process.argv.slice(2))
process.exitCode = typeof done === 'number' ? done : done ? 0 : 1
