// Who may send which command 命令权限, beyond asking questions, which whoever sends commands may.

import type { Static } from 'typebox'
import type { CommandKind } from '../http/contract/commands.ts'
import type { Permission } from '../operators/permissions.ts'

const NEEDS: Readonly<Record<Static<typeof CommandKind>, Permission | null>> = {
  read: null,
  setMode: 'command.setMode',
  pushPrice: 'price.push',
  pushSettings: 'command.configure',
  setClock: 'command.configure',
  recharge: 'command.setMode',
  reduce: 'command.setMode',
  initialise: 'command.setMode',
}

export const permitKind = (
  permit: (permission: Permission) => void,
  kind: Static<typeof CommandKind>,
): void => {
  const permission = NEEDS[kind]
  if (permission !== null) permit(permission)
}
