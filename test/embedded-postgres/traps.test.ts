// The traps of a database server that is started by a program 自带数据库的陷阱: each of these has
// kept a real installation from starting, or lost it.

import { spawn, spawnSync } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { binariesFor, nativeFolder } from '../../src/adapters/embedded-postgres/binaries.ts'
import { assertDurable } from '../../src/adapters/embedded-postgres/durability.ts'
import { runningEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { osProcess } from '../../src/adapters/embedded-postgres/os-process.ts'
import { readPostmaster } from '../../src/adapters/embedded-postgres/postmaster.ts'
import { chooseRunAs, isRoot, spawnAs } from '../../src/adapters/embedded-postgres/run-as.ts'
import {
  ask,
  centre,
  expectMark,
  findBinaries,
  folder,
  identityOf,
  kill9,
  leaveMark,
  madeBefore,
  nativeWithoutLinks,
  start,
  until,
} from './rig.ts'

const me = process.getuid?.() ?? 0

test('the server runs durable, unprivileged, without a port, out of reach of Ctrl-C', async () => {
  const dataDir = await folder(0o700)
  const server = await start({ dataDir })
  const { uid, group } = await identityOf(server.pid)
  expect(uid).not.toBe(0)
  if (!isRoot()) expect(uid).toBe(me)
  expect(group).toBe(server.pid)
  expect(await assertDurable((sql) => ask(server.ownerUrl, sql))).toEqual([])
  expect(await ask(server.ownerUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(await ask(server.ownerUrl, 'show data_checksums')).toEqual([{ data_checksums: 'on' }])
  const password = await stat(join(dataDir, 'postgres', 'prewatt_owner.password'))
  expect(password.mode & 0o777).toBe(0o600)
  await server.stop()
  // On a busy machine the kernel takes a moment to bury it.
  await expect.poll(() => osProcess(server.pid)).toEqual({ state: 'gone' })
})

test('a cluster that forgets is refused by the start-up check', async () => {
  const server = await start({ dataDir: await folder(), durable: false })
  await expect(assertDurable((sql) => ask(server.ownerUrl, sql))).rejects.toMatchObject({
    notices: [
      { code: 'fsync_off' },
      { code: 'full_page_writes_off' },
      { code: 'synchronous_commit_off' },
    ],
  })
})

test('missing soname links are made', async () => {
  const dataDir = await folder()
  const native = await nativeWithoutLinks(dataDir)
  expect(await readdir(join(native, 'lib'))).not.toContain('libicui18n.so.60')
  await start({ dataDir, native })
  expect(await readlink(join(native, 'lib', 'libicui18n.so.60'))).toBe('libicui18n.so.60.2')
})

test('missing links in a folder that cannot be written are made in a copy, once', async () => {
  const home = await folder()
  const native = await nativeWithoutLinks(home)
  await chmod(join(native, 'lib'), 0o555)
  onTestFinished(() => chmod(join(native, 'lib'), 0o755))
  const found = [findBinaries(native, home), findBinaries(native, home)]
  const copies = (await readdir(home)).filter((name) => name.startsWith('postgres-binaries-'))
  expect(copies).toHaveLength(1)
  expect(found[0]).toEqual(found[1])
  expect(found[0]?.postgres).toContain(copies[0])
  const { status, stdout } = spawnSync(found[0]?.postgres ?? '', ['--version'])
  expect([status, String(stdout)]).toEqual([0, 'postgres (PostgreSQL) 18.4\n'])
  expect(await readdir(join(native, 'lib'))).not.toContain('libicui18n.so.60')
})

test('kill -9 of the centre leaves no server behind and loses nothing', async () => {
  const dataDir = await madeBefore()
  // A locale that is not installed must not matter either.
  const first = centre(dataDir, { LANG: 'xx_XX.UTF-8', LC_ALL: 'xx_XX.UTF-8' })
  const { pid, ownerUrl } = await first.ready
  await ask(ownerUrl, 'insert into mark values (42)')
  await kill9(first.process.pid ?? 0)
  await until(async () => (await osProcess(pid)).state !== 'running')
  await expectMark((await start({ dataDir })).ownerUrl, 2)
})

test('kill -9 of the centre and a start in the same instant find the data', async () => {
  const dataDir = await madeBefore()
  const first = centre(dataDir)
  await ask((await first.ready).ownerUrl, 'insert into mark values (42)')
  await kill9(first.process.pid ?? 0)
  await expectMark((await start({ dataDir })).ownerUrl, 2)
})

test('kill -9 of the centre amid initdb: the next start makes a whole one', async () => {
  const dataDir = await folder()
  const first = centre(dataDir)
  const halves = async () => (await readdir(dataDir)).filter((name) => name.includes('.new-'))
  await until(async () => {
    const [half] = (await halves()).filter((name) => !name.endsWith('.password'))
    return half !== undefined && (await readdir(join(dataDir, half))).includes('base')
  })
  await kill9(first.process.pid ?? 0)
  expect(await readdir(dataDir)).not.toContain('postgres')
  await leaveMark((await start({ dataDir })).ownerUrl)
  expect(await halves()).toEqual([])
})

test('kill -9 of the server: the centre starts it again by itself', async () => {
  const server = await start({ dataDir: await madeBefore() })
  const killed = server.pid
  await kill9(killed)
  await until(async () => server.pid !== killed)
  await expectMark(server.ownerUrl)
})

test('an orphan that the kernel did not stop is stopped by the next start', async () => {
  const dataDir = await madeBefore()
  const cluster = join(dataDir, 'postgres')
  const user = await chooseRunAs(cluster)
  const { postgres } = await binariesFor(nativeFolder(18), user, dataDir, () => {})
  const identity = isRoot() ? { uid: user.uid, gid: user.gid } : {}
  const orphan = spawn(postgres, ['-D', cluster], { cwd: '/', stdio: 'ignore', ...identity })
  await until(async () => (await readPostmaster(cluster))?.ready === true)
  expect(await runningEmbeddedPostgres(dataDir)).not.toBeNull()
  const server = await start({ dataDir })
  expect(server.pid).not.toBe(orphan.pid)
  expect(orphan.exitCode).toBe(0)
  expect(server.lines.join()).toContain(`process ${orphan.pid}`)
})

test('a killed server that nobody reaped (a zombie) does not block the start', async () => {
  const dataDir = await madeBefore()
  const cluster = join(dataDir, 'postgres')
  const user = await chooseRunAs(cluster)
  const { postgres } = await binariesFor(nativeFolder(18), user, dataDir, () => {})
  // `sleep` inherits the server as its child and never waits for it, like a bare PID 1.
  const lazy = spawnAs(user, 'sh', ['-c', `'${postgres}' -D '${cluster}' & exec sleep 600`], {
    whenWeDie: 'KILL',
    cwd: '/',
    stdio: 'ignore',
  })
  onTestFinished(() => {
    lazy.kill('SIGKILL')
  })
  await until(async () => (await readPostmaster(cluster))?.ready === true)
  const zombie = (await readPostmaster(cluster))?.pid ?? 0
  await kill9(zombie)
  expect(await osProcess(zombie)).toEqual({ state: 'zombie' })
  await expectMark((await start({ dataDir })).ownerUrl)
})

test('a stale pid given to another program neither blocks the start nor harms it', async () => {
  const dataDir = await madeBefore()
  const cluster = join(dataDir, 'postgres')
  const files = [join(cluster, 'postmaster.pid'), join(cluster, '.s.PGSQL.5432.lock')]
  const first = await start({ dataDir })
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  await first.stop()
  const user = await chooseRunAs(cluster)
  const stranger = spawnAs(user, 'sleep', ['600'], { whenWeDie: 'KILL', stdio: 'ignore' })
  onTestFinished(() => {
    stranger.kill('SIGKILL')
  })
  for (const [i, file] of files.entries()) {
    await writeFile(file, texts[i]?.replace(/^\d+/, String(stranger.pid)) ?? '')
    if (isRoot()) await chown(file, user.uid, user.gid)
  }
  await expectMark((await start({ dataDir })).ownerUrl)
  expect(await osProcess(stranger.pid ?? 0)).toMatchObject({ state: 'running' })
})

test('a second centre on the same data folder is refused and disturbs nothing', async () => {
  const dataDir = await madeBefore()
  const first = await start({ dataDir })
  await expect(start({ dataDir })).rejects.toMatchObject({
    notices: [{ code: 'data_folder_in_use' }],
  })
  await expectMark(first.ownerUrl)
  expect(await runningEmbeddedPostgres(dataDir)).toEqual({ ownerUrl: first.ownerUrl })
})

test('a path too long for a socket gets a short private folder', async () => {
  const dataDir = join(await folder(), 'long'.repeat(30))
  const server = await start({ dataDir })
  const socketFolder = new URL(server.ownerUrl).searchParams.get('host') ?? ''
  onTestFinished(() => rm(socketFolder, { recursive: true, force: true }))
  expect(socketFolder).toMatch(/^\/tmp\/prewatt-/)
  expect((await stat(socketFolder)).mode & 0o777).toBe(0o700)
  await leaveMark(server.ownerUrl)
})

test('under a folder of mode 700 the data goes where the user can get, and stays', async () => {
  const closed = await folder(0o700)
  const dataDir = join(closed, 'checkout', 'data')
  const native = await nativeWithoutLinks(closed)
  const first = await start({ dataDir, native })
  await leaveMark(first.ownerUrl)
  await first.stop()
  const again = await start({ dataDir, native })
  await expectMark(again.ownerUrl)
  if (!isRoot()) return expect(await readdir(dataDir)).toContain('postgres')
  const home = (await readFile(join(dataDir, 'postgres.location'), 'utf8')).trim()
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  expect(home).toMatch(/^\/var\/lib\/prewatt\//)
  expect(await readFile(join(home, 'belongs-to'), 'utf8')).toBe(`${dataDir}\n`)
  expect((await stat(closed)).mode & 0o777).toBe(0o700)
})

test('a cluster that root restored from a backup is given back to the database user', async () => {
  const dataDir = await madeBefore()
  const cluster = join(dataDir, 'postgres')
  if (isRoot()) {
    const chowned = spawn('chown', ['-R', '0:0', cluster])
    await new Promise((resolve) => chowned.once('close', resolve))
    await chmod(cluster, 0o755)
  }
  await expectMark((await start({ dataDir })).ownerUrl)
})

test('a cluster of another version is refused by name', async () => {
  const dataDir = await folder()
  await mkdir(join(dataDir, 'postgres'))
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '15\n')
  await expect(start({ dataDir })).rejects.toMatchObject({
    notices: [{ code: 'data_folder_version', en: expect.stringContaining('PostgreSQL 15') }],
  })
})
