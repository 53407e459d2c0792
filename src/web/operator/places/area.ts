// Floors and areas as they are typed 楼层与面积: a basement is B1 or -1; square metres have two
// decimals, kept as whole square decimetres.

const FLOOR = { least: -20, most: 200 }
const AREA_DM2_MAX = 100_000_000

/** Null where it is no floor; there is no floor 0 between B1 and 1, but some count so. */
export const floorOf = (text: string): number | null => {
  const [, basement, digits] = /^(-|[bB]-?)?(\d{1,3})[fF]?$/.exec(text.trim()) ?? []
  if (digits === undefined) return null
  const floor = basement === undefined ? Number(digits) : -Number(digits)
  return floor >= FLOOR.least && floor <= FLOOR.most ? floor + 0 : null
}

export const floorTyped = (floor: number | null): string => {
  if (floor === null) return ''
  return floor < 0 ? `B${-floor}` : String(floor)
}

/** Whole square decimetres; null where nothing is typed, undefined where it can't be read. */
export const areaDm2Of = (text: string): number | null | undefined => {
  const said = text.trim()
  if (said === '') return null
  const [, whole, decimals = ''] = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(said) ?? []
  if (whole === undefined) return undefined
  const dm2 = Number(`${whole}${decimals.padEnd(2, '0')}`)
  return dm2 >= 1 && dm2 <= AREA_DM2_MAX ? dm2 : undefined
}

export const areaText = (dm2: number | null): string => {
  if (dm2 === null) return ''
  const digits = String(dm2).padStart(3, '0')
  const decimals = digits.slice(-2)
  return decimals === '00' ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${decimals}`
}
