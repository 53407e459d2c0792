import { describe, expect, test } from 'vitest'
import { xlsxSheets } from './sheets.ts'
import { lookInto } from './workbook-look.ts'

const NAME = Buffer.from('x')

/** A zip of parts that are stored as they are, as small as one can be. */
const zipOf = (parts: Record<string, string>): Buffer => {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [path, text] of Object.entries(parts)) {
    const [name, body] = [Buffer.from(path), Buffer.from(text)]
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt32LE(body.length, 18)
    local.writeUInt32LE(body.length, 22)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt32LE(body.length, 20)
    entry.writeUInt32LE(body.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    files.push(local, name, body)
    directory.push(entry, name)
    at += local.length + name.length + body.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(directory.length / 2, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...files, ...directory, end])
}

const bookOf = (cells: string): Buffer =>
  zipOf({
    'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${cells}</sheetData></worksheet>`,
  })

describe('a look into a workbook', () => {
  test('names the cells that hold an error, or a formula that was never computed', () => {
    const book = bookOf(
      '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="e"><f>x</f><v>#N/A</v></c>' +
        '<c r="AA2"><f>1+1</f></c><c r="AB2"/></row>',
    )
    expect(lookInto(book)?.sheets[0]?.errors).toEqual([
      { row: 1, column: 1, said: '#N/A' },
      { row: 1, column: 26, said: '#?' },
    ])
  })
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('no workbook at all')],
    ['a zip of something else', zipOf({ x: 'y' })],
    ['one with a cell a million rows down', bookOf('<c r="A1048576"><v>1</v></c>')],
    ['one with a cell far to the right', bookOf('<c r="XFD1"><v>1</v></c>')],
  ])('%s is not read', (_what, file) => {
    expect(lookInto(file)).toBeNull()
  })
  test('what the reader itself can not read ends as nothing, and nobody waits', async () => {
    expect(await xlsxSheets.read(bookOf('<row r="1"><c r="A1"'))).toBeNull()
    expect(await xlsxSheets.read(NAME)).toBeNull()
  })
  test('what was written is read back', async () => {
    const rows = [
      ['a', 'b'],
      ['1', '2.5'],
    ]
    expect(await xlsxSheets.read(await xlsxSheets.write(rows, 's'))).toEqual(rows)
  })
  test('several sheets are read back with their names, and texts stay as they are', async () => {
    const texts = ['=1+1', '+86', '-5', '@x', "'y", '00120', '2026-11-23', 'a\tb', '1E5']
    const first = { name: '甲 & 乙', rows: [texts.map((_, at) => `h${at}`), texts] }
    const many = Array.from({ length: 1_200 }, (_, n) => [`r${n}`, n])
    const second = { name: 'B', rows: [['a', 'b'], ...many], spareRows: 3 }
    const read = await xlsxSheets.readAll(await xlsxSheets.writeAll([first, second]))
    expect(read?.map(({ name }) => name)).toEqual(['甲 & 乙', 'B'])
    expect(read?.[0]?.cells[1]).toEqual(texts)
    expect(read?.[1]?.cells.slice(0, 1_201)).toEqual([
      ['a', 'b'],
      ...many.map(([text, n]) => [text, String(n)]),
    ])
  })
})
