// What stands in the lock file of the packages 依赖清单: each with its licence, its hash, where it
// comes from and whether it would run something when it is installed.

export type Locked = {
  path: string
  name: string
  version: string
  licence: string | null
  hashed: boolean
  resolved: string | null
  optional: boolean
  platforms: boolean
  runsAtInstall: boolean
  linked: boolean
}

/** Under these anybody may ship the product; those of tools only may ask for their own changes. */
const MAY_SHIP = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
]
const TOOLS_TOO = ['MPL-2.0', 'Unlicense', 'CC0-1.0', 'PostgreSQL']
const REGISTRY = 'https://registry.npmjs.org/'

type Entry = Record<string, unknown>

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const lockedOf = (path: string, entry: Entry): Locked => ({
  path,
  name: textOr(entry.name) ?? path.replace(/^.*node_modules\//, ''),
  version: String(entry.version),
  licence: textOr(entry.license),
  hashed: /^sha512-[\w+/]{86}==$/.test(String(entry.integrity)),
  resolved: textOr(entry.resolved),
  optional: entry.optional === true,
  platforms: entry.os !== undefined || entry.cpu !== undefined,
  runsAtInstall: entry.hasInstallScript === true,
  linked: entry.link === true || entry.inBundle === true,
})

/** The packages of a package-lock.json, and which of them are for tools and tests only. */
export const lockedIn = (lock: unknown): (Locked & { tool: boolean })[] => {
  const packages = isEntry(lock) && isEntry(lock.packages) ? lock.packages : {}
  return Object.entries(packages).flatMap(([path, entry]) =>
    path === '' || !isEntry(entry)
      ? []
      : [{ ...lockedOf(path, entry), tool: entry.dev === true || entry.devOptional === true }],
  )
}

/** One of an expression's alternatives is enough. */
const mayUse = (licence: string, tool: boolean): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) =>
      one.split(' AND ').every((part) => [...MAY_SHIP, ...(tool ? TOOLS_TOO : [])].includes(part)),
    )

/** What is wrong with a package, in words. */
export const faultsOf = (one: Locked & { tool: boolean }): string[] => {
  // Of binaries for other platforms the registry at hand may know no more than the name.
  const elsewhere = one.optional && one.platforms && !one.hashed && one.licence === null
  const faults = [
    [one.linked, 'is linked or bundled, not installed'],
    [!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(one.version), `has no version but ${one.version}`],
    [one.resolved !== null && !one.resolved.startsWith(REGISTRY), `is from ${one.resolved}`],
    [!elsewhere && !one.hashed, 'has no SHA-512'],
    [!elsewhere && one.licence === null, 'names no licence'],
    [one.licence !== null && !mayUse(one.licence, one.tool), `is under ${one.licence}`],
  ] as const
  return faults.flatMap(([wrong, words]) => (wrong ? [`${one.path} ${words}`] : []))
}
