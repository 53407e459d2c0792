// Programs that the tests need and npm does not bring: a browser, a font with Chinese characters,
// and peers that we did not write. Where we may install them we do; elsewhere the step fails and
// says what to install, since a skipped test proves nothing.

import { chromiumPath, hasChineseFont } from '../../test/setup/chromium.ts'
import { hasPythonModule, programPath } from '../../test/setup/programs.ts'
import { type Ran, runProgram } from './run-program.ts'

const APT = { env: { DEBIAN_FRONTEND: 'noninteractive' } }

const has = (program: string) => (): boolean => programPath(program) !== null

/** Debian packages, and how to see that one is not needed any more. */
const PACKAGES: readonly { names: readonly string[]; isThere(): boolean }[] = [
  { names: ['chromium'], isThere: () => chromiumPath() !== null },
  { names: ['fontconfig', 'fonts-wqy-microhei'], isThere: hasChineseFont },
  { names: ['socat'], isThere: has('socat') },
  { names: ['ser2net'], isThere: has('ser2net') },
  { names: ['mosquitto'], isThere: has('mosquitto') },
  { names: ['mosquitto-clients'], isThere: has('mosquitto_pub') },
  { names: ['mbpoll'], isThere: has('mbpoll') },
  { names: ['hledger'], isThere: has('hledger') },
  // Its server needs the serial modules even where it serves TCP.
  {
    names: ['python3-pymodbus', 'python3-serial-asyncio'],
    isThere: () => hasPythonModule('pymodbus.server'),
  },
]

const missing = (): string[] =>
  PACKAGES.flatMap(({ names, isThere }) => (isThere() ? [] : [...names]))

/** Installs what is missing; fails with the names of what stays missing. */
export const ensurePackages = async (): Promise<Ran> => {
  const wanted = missing()
  if (wanted.length === 0) return { ok: true, output: '' }
  const install = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`
  if (process.getuid?.() !== 0 || !has('apt-get')()) {
    return { ok: false, output: `测试需要 / the tests need: sudo ${install}` }
  }
  const updated = await runProgram('apt-get', ['update'], APT)
  const ran = await runProgram('apt-get', install.split(' ').slice(1), APT)
  const still = missing()
  if (still.length === 0) return { ok: true, output: '' }
  const reason = `缺少 / missing: ${still.join(' ')}`
  return { ok: false, output: `${updated.output}\n${ran.output}\n${reason}` }
}
