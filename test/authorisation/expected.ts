// What the matrix expects 授权矩阵的期望: reckoned from what a route declares, what the caller's role
// has and what he reaches, and from nothing that the program says at run time.

import { openToTokens, type Route } from '../../src/http/route.ts'
import { type Permission, reachesWholeComplex } from '../../src/operators/permissions.ts'

export type Reach = 'everywhere' | 'the complex' | 'another building' | 'another complex'

export type Who = {
  name: string
  /** `dead`: his account is locked or his token has run out. */
  comesBy: 'nothing' | 'session' | 'token' | 'dead'
  permissions: ReadonlySet<string>
  reach: Reach
  /** Stands between him and everything else. */
  must?: 'password_change_required' | 'totp_enrolment_required'
  /** The password was given longer ago than acts of weight allow. */
  unconfirmed?: true
}

/** Where the object is that a request names. */
export type Place = {
  /** building: in another one than the operators of single buildings see. */
  at: 'nowhere' | 'complex' | 'building' | 'all complexes'
  /** It is a list: who sees the complex is answered, with less in it. */
  list: boolean
  asksFirst: Permission | null
  asksThen: Permission | null
  /** Asks within for the password given a few minutes ago. */
  weighs: boolean
  /** Named beside the object, and not there. */
  lacks: string | null
}

export const ALLOWED = 'allowed'
const NOT_PERMITTED = '403 not_permitted'
const NOT_FOUND = '404 not_found'

const may = (who: Who, permission: Permission): boolean =>
  who.permissions.has(permission) &&
  !(who.reach === 'another building' && reachesWholeComplex(permission))

const atTheDoor = (route: Route, { weighs }: Place, who: Who): string | null => {
  const { permission } = route
  if (permission === 'public') return null
  if (who.comesBy === 'nothing' || who.comesBy === 'dead') return '401 not_logged_in'
  if (who.must && !route.duringSetup) return `403 ${who.must}`
  if (who.comesBy === 'token' && !openToTokens(route)) return NOT_PERMITTED
  if (permission !== 'session' && !may(who, permission)) return NOT_PERMITTED
  return (route.confirmed || weighs) && who.unconfirmed ? '403 confirmation_required' : null
}

const sees = (who: Who, { at, list }: Place): boolean => {
  if (at === 'nowhere' || who.reach === 'everywhere') return true
  if (who.reach === 'another complex') return false
  return who.reach === 'the complex' || list || at === 'complex'
}

/** `allowed` is any answer but those of the door and of the wall. */
export const expected = (route: Route, place: Place, who: Who): string => {
  const door = atTheDoor(route, place, who)
  if (door !== null) return door
  if (route.permission === 'public') return ALLOWED
  if (place.asksFirst !== null && !may(who, place.asksFirst)) return NOT_PERMITTED
  if (place.at === 'all complexes')
    return who.reach === 'everywhere' ? ALLOWED : '403 beyond_own_rights'
  if (!sees(who, place)) return NOT_FOUND
  return place.asksThen !== null && !may(who, place.asksThen) ? NOT_PERMITTED : ALLOWED
}
