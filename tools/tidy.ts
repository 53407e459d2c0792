// `node tools/tidy.ts`: prints every breach of style with its place.

import { tidy } from './tidy/house.ts'

const problems = tidy(process.cwd())
for (const p of problems) process.stdout.write(`${p.path}:${p.line} ${p.what}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
