// Looks for binaries that can be run, in a process that may have fewer rights than the test.

import { binariesFor } from '../../src/adapters/embedded-postgres/binaries.ts'
import { chooseRunAs } from '../../src/adapters/embedded-postgres/run-as.ts'

const [native = '', home = ''] = process.argv.slice(2)
const binaries = await binariesFor(native, await chooseRunAs(home), home, () => {})
process.stdout.write(JSON.stringify(binaries))
