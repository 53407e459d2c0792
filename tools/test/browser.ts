// The browser tests need Chromium and a font with Chinese characters. Where we may install them we
// do; elsewhere the step fails and says what to install, since a skipped test proves nothing.

import { chromiumPath, hasChineseFont } from '../../test/setup/chromium.ts'
import { type Ran, runProgram } from './run-program.ts'

const APT = { env: { DEBIAN_FRONTEND: 'noninteractive' } }

const missing = (): string[] => [
  ...(chromiumPath() === null ? ['chromium'] : []),
  ...(hasChineseFont() ? [] : ['fontconfig', 'fonts-wqy-microhei']),
]

/** Installs what is missing; fails with the names of what stays missing. */
export const ensureBrowser = async (): Promise<Ran> => {
  const wanted = missing()
  if (wanted.length === 0) return { ok: true, output: '' }
  const install = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`
  if (process.getuid?.() !== 0) {
    return { ok: false, output: `浏览器测试需要 / the browser tests need: sudo ${install}` }
  }
  const updated = await runProgram('apt-get', ['update'], APT)
  const installed = await runProgram('apt-get', install.split(' ').slice(1), APT)
  const still = missing()
  if (still.length === 0) return { ok: true, output: '' }
  const reason = `缺少 / missing: ${still.join(' ')}`
  return { ok: false, output: `${updated.output}\n${installed.output}\n${reason}` }
}
