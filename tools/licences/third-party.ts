// Third-party notices 第三方许可: what the built pages carry of others' work, package by package, with
// the licence text that each came with. Written into the pages' folder by their build.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Carried = { name: string; version: string; licence: string; text: string }

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i
const FOLDER = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/

/** The folder of the package that a module of a bundle is from; null: ours, or of no file. */
export const packageFolder = (moduleId: string): string | null =>
  FOLDER.exec(moduleId.replace(/^\0/, ''))?.[1] ?? null

const carried = (folder: string): Carried | null => {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return null
  const { name, version, license } = JSON.parse(readFileSync(file, 'utf8'))
  const texts = readdirSync(folder)
    .filter((each) => LICENCE_FILE.test(each))
    .sort()
    .map((each) => readFileSync(join(folder, each), 'utf8').trim())
  return {
    ...{ name: String(name), version: String(version), licence: String(license) },
    text: texts.join('\n\n'),
  }
}

/** Packages of these modules, by name. */
export const carriedBy = (moduleIds: Iterable<string>): Carried[] => {
  const folders = new Set([...moduleIds].map(packageFolder).filter((each) => each !== null))
  const packages = [...folders].map(carried).filter((each) => each !== null)
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1))
}

const LINE = '-'.repeat(80)

export const noticesText = (packages: readonly Carried[]): string =>
  [
    'These pages carry work of others, under the licences below.',
    ...packages.map(({ name, version, licence, text }) =>
      [LINE, `${name} ${version} (${licence})`, '', text || 'It came without a text.'].join('\n'),
    ),
    '',
  ].join('\n\n')
