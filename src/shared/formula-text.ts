// Text that a spreadsheet would take for a formula 公式注入: names and notes are typed by anybody, and
// a formula runs on whoever opens the file. Every file that we write goes through here. PURE.

/** Also as wide letters, which some spreadsheets take for the same. */
const BEGINS = /^[=+\-@＝＋－＠\t\r\n]/
const NUMBER = /^[-+]?\d[\d.,]*$/
/** A long number that we keep from being shown as 1.2E+11. */
const LONG_NUMBER = /^\t\d{8,}$/

/** With a mark before it that makes it text, where it needs one. */
export const formulaAsText = (text: string): string =>
  BEGINS.test(text) && !NUMBER.test(text) && !LONG_NUMBER.test(text) ? `'${text}` : text
