// `npm run new -- model`: what it writes passes every check but that of its own frames.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { checkModel } from '../../src/metering/meter-model/model-check.ts'
import { sampleProblems } from '../../src/metering/meter-model/sample-check.ts'
import { readUserModel } from '../../src/metering/meter-model/user-models.ts'
import { newModel } from './model.ts'
import { SKELETONS } from './model-skeletons.ts'

const PROTOCOLS = ['modbus', 'dlt645-2007', 'dlt645-1997'] as const

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'prewatt-new-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
})

const write = (args: readonly string[]) => newModel({ root, dataDir: join(root, 'data') }, args)

describe.each(PROTOCOLS)('%s', (protocol) => {
  test('is whole but for its frames, and says that a frame is missing', async () => {
    const skeleton = SKELETONS[protocol]('my-meter', 'Maker')
    expect(checkModel(skeleton)).toMatchObject({ ok: true })
    const [problem, ...others] = await sampleProblems(skeleton)
    expect(problem?.en).toContain('put a captured or worked frame here')
    expect(problem?.zh).not.toBe('')
    expect(others).toEqual([])
  })

  test('as TypeScript it is data that names its own file', async () => {
    const args = ['my-meter', '--protocol', protocol, '--vendor=Maker']
    const written = await write(args)
    expect(written.ok).toBe(true)
    const text = await readFile(join(root, 'src/metering/models/my-meter.ts'), 'utf8')
    expect(text).toContain("id: 'my-meter'")
    expect(text).toContain(`protocol: '${protocol}'`)
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true)
    expect((await write(args)).ok).toBe(false)
  })

  test('as JSON in the data folder it lacks nothing but frames', async () => {
    const written = await write(['my-meter', '--user', '--protocol', protocol])
    expect(written.ok).toBe(true)
    const content = await readFile(join(root, 'data/models/my-meter.json'))
    const read = await readUserModel(content)
    expect(read.ok ? [] : read.problems.map(({ en }) => en)).toEqual([
      expect.stringContaining('put a captured or worked frame here'),
    ])
  })
})

test.each([
  ['no id', ['--protocol', 'modbus']],
  ['a bad id', ['My Meter', '--protocol', 'modbus']],
  ['no protocol', ['my-meter']],
  ['an unknown protocol', ['my-meter', '--protocol', 'mbus']],
])('%s writes nothing', async (_, args) => {
  expect((await write(args)).ok).toBe(false)
})
