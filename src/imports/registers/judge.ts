// Judging an import 导入校验: every register in the order in which the next refers to it, and then what
// only all of them together can tell.

import { type Calling, callingOf, refuseClash } from '../../collection/gateway-check.ts'
import { REFUSALS, Refusal } from '../../shared/refusal.ts'
import { problem } from '../sheet.ts'
import { columnsOf } from './columns.ts'
import { eachRow, type Judging, subjectOf } from './items.ts'
import { judgeDevices, type ModelOf } from './judge-devices.ts'
import { judgeLines, type Line, type SecretOf } from './judge-lines.ts'
import { judgeMeters } from './judge-meters.ts'
import { judgeFeeders, judgePlaces } from './judge-places.ts'
import { busSettingsWith } from './link-values.ts'

export type JudgeDeps = {
  modelOf: ModelOf
  secretOf: SecretOf
  /** How the gateways call us that the lines do not stand for. */
  callingOthers: (lines: readonly Line[]) => Promise<readonly Calling[]>
}

const callingOfLine = ({ gateway, buses, link }: Line): Calling =>
  callingOf(
    String(gateway.after.code),
    link,
    buses.map(({ after, stored }) => ({
      ordinal: Number(after.bus),
      settings: busSettingsWith(stored.settings ?? {}, after),
    })),
  )

const FIELDS: Readonly<Record<string, string>> = {
  registration_overlaps: 'registration',
  invalid_input: 'port',
}

/** Whoever calls must be told from all others that call. */
const checkCallers = async (
  { faults, breathe }: Judging,
  deps: JudgeDeps,
  lines: readonly Line[],
): Promise<void> => {
  const calling = new Map(lines.map((line) => [line, callingOfLine(line)]))
  if ([...calling.values()].every(({ listening }) => listening.length === 0)) return
  const others = await deps.callingOthers(lines)
  const all = [...others, ...calling.values()]
  await eachRow(calling, breathe, ([{ gateway, buses }, own]) => {
    try {
      refuseClash(
        own,
        all.filter((one) => one !== own),
      )
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      const { code, facts } = refusal
      const register = gateway.row === null ? 'buses' : 'gateways'
      const item = gateway.row === null ? buses.find(({ row }) => row !== null) : gateway
      const field = FIELDS[code] ?? null
      const column = columnsOf(register).find((one) => one.field === field) ?? null
      const { zh, en } =
        'zh' in facts ? { zh: String(facts.zh), en: String(facts.en) } : REFUSALS[code]
      const said = {
        zh: `${zh} ${facts.gatewayCode ?? ''}`,
        en: `${en} ${facts.gatewayCode ?? ''}`,
      }
      const subject = subjectOf(register, item?.after ?? {})
      faults.add(register, item?.row ?? null, subject, problem('link', column, said))
    }
  })
}

/** The lines that are made or changed; everything else is in the world and its faults. */
export const judge = async (judging: Judging, deps: JudgeDeps): Promise<Line[]> => {
  const there = await judgePlaces(judging)
  const lines = await judgeLines(judging, deps.secretOf)
  await judgeDevices(judging, deps.modelOf)
  await judgeMeters(judging, there, deps.modelOf)
  await judgeFeeders(judging)
  await checkCallers(judging, deps, lines)
  return lines
}
