// The alarm rules of this program 报警规则目录: one file each, loaded once at the start.

import { type Catalog, type ListFolder, loadCatalog } from '../shared/catalog.ts'
import { type AlarmRule, isAlarmRule } from './rule.ts'

export type AlarmRules = Catalog<AlarmRule>

export const RULES_FOLDER = new URL('./rules/', import.meta.url)

export const loadAlarmRules = (list: ListFolder): Promise<AlarmRules> =>
  loadCatalog(list, RULES_FOLDER, isAlarmRule)
