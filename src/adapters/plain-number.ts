// A number of a workbook as people write it 数字还原: large ones are saved with an exponent. PURE.

/** 2.026E11 as 202600000000; digit by digit, so that none is lost. */
export const plainNumber = (text: string): string => {
  const [, sign = '', whole = '', part = '', power = ''] =
    /^([+-]?)(\d+)(?:\.(\d*))?[eE]([+-]?\d{1,3})$/.exec(text) ?? []
  if (power === '') return text
  const digits = whole + part
  const point = whole.length + Number(power)
  const wide =
    point > 0 ? digits.padEnd(point, '0') : `0${digits.padStart(digits.length - point, '0')}`
  const at = Math.max(point, 1)
  const [left, right] = [wide.slice(0, at), wide.slice(at).replace(/0+$/, '')]
  return `${sign}${left}${right === '' ? '' : `.${right}`}`
}
