// Notes and coins 面额 as a clerk counts them. Pure: pieces typed per face value, and their sum in
// fen.

export const FACES_FEN = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10] as const
export type Face = (typeof FACES_FEN)[number]
export type Pieces = Partial<Record<Face, string>>

/** What is left of a typed number of pieces: digits only, at most five. */
export const piecesTyped = (text: string): string =>
  text
    .replace(/\D/g, '')
    .replace(/^0+(?=\d)/, '')
    .slice(0, 5)

const counted = (pieces: Pieces, face: Face): number => Number(pieces[face] ?? '')

/** The sum in fen; an empty field counts as none. */
export const sumFen = (pieces: Pieces): number =>
  FACES_FEN.reduce((sum, face) => sum + face * counted(pieces, face), 0)

/** The faces that were counted, as the server takes them. */
export const perDenomination = (pieces: Pieces): { faceFen: number; pieces: number }[] =>
  FACES_FEN.filter((face) => counted(pieces, face) > 0).map((face) => ({
    faceFen: face,
    pieces: counted(pieces, face),
  }))
