// A new meter model 新表型: a skeleton that passes every check but its own frames, which only a real
// meter or its manual can give.

import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { userModelsFolder } from '../../src/metering/meter-model/user-models.ts'
import { SKELETONS, type SkeletonProtocol } from './model-skeletons.ts'
import { asJson, asTypeScript } from './print-model.ts'

type Result = { ok: boolean; text: string }

const refuse = (zh: string, en: string): Result => ({ ok: false, text: `${zh}\n${en}` })

type Options = { id: string; protocol: string; vendor: string; user: boolean }

const optionsOf = (args: readonly string[]): Options => {
  const words: string[] = []
  const named = new Map<string, string>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (!arg.startsWith('--')) words.push(arg)
    else if (arg === '--user') named.set(arg, '')
    else {
      const [name = '', inline] = arg.split('=')
      named.set(name, inline ?? args[++i] ?? '')
    }
  }
  return {
    id: words[0] ?? '',
    protocol: named.get('--protocol') ?? '',
    vendor: named.get('--vendor') ?? '厂家 Maker',
    user: named.has('--user'),
  }
}

const isProtocol = (text: string): text is SkeletonProtocol => Object.hasOwn(SKELETONS, text)

export type Places = { root: string /** Null: the settings are bad. */; dataDir: string | null }

/** Writes `src/metering/models/<id>.ts`, or with `--user` `<data>/models/<id>.json`. */
export const newModel = async (
  { root, dataDir }: Places,
  args: readonly string[],
): Promise<Result> => {
  const { id, protocol, vendor, user } = optionsOf(args)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    return refuse(
      `表型编号须为小写字母、数字和连字符：${id}`,
      `an id is small letters, digits and hyphens: ${id}`,
    )
  if (!isProtocol(protocol)) {
    const known = Object.keys(SKELETONS).join(' | ')
    return refuse(`--protocol 须为 ${known}`, `--protocol is one of ${known}`)
  }
  if (user && dataDir === null)
    return refuse('设置有误：prewatt config', 'bad settings: prewatt config')
  const ours = join(root, 'src/metering/models', `${id}.ts`)
  const file = user && dataDir ? join(userModelsFolder(dataDir), `${id}.json`) : ours
  if (existsSync(file) || existsSync(ours))
    return refuse(`已存在：${id}`, `is there already: ${id}`)
  const skeleton = SKELETONS[protocol](id, vendor)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, user ? asJson(skeleton) : asTypeScript(skeleton))
  const check = user ? `prewatt model check ${file}` : 'npm test unit'
  return {
    ok: true,
    text: [
      file,
      `填入寄存器或数据标识，再填入真实报文，然后：${check}`,
      `put in registers or data identifiers, then real frames, then: ${check}`,
      'docs/models.md',
    ].join('\n'),
  }
}
