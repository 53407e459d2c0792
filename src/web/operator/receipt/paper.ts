// What paper this workstation prints on 打印纸, remembered in its browser: carbonless three-ply, where
// one page makes three copies, or plain paper, where three pages are printed and marked.

export type Paper = 'ply' | 'pages'

const REMEMBERED = 'prewatt.paper'

export const rememberedPaper = (): Paper =>
  localStorage.getItem(REMEMBERED) === 'pages' ? 'pages' : 'ply'

export const rememberPaper = (paper: Paper): void => localStorage.setItem(REMEMBERED, paper)

/** The three copies 三联. */
export const COPIES = ['stub', 'customer', 'books'] as const
export type Copy = (typeof COPIES)[number]
