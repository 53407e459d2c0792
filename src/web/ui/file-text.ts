// A chosen file as it is sent 文件: whole, as base64.

import type { SheetFile } from '../../http/contract/sheets.ts'

/** As the server takes it: 6 MB, some ten thousand rows. */
export const FILE_MAX_BYTES = 6_000_000

export const base64Of = async (file: File): Promise<SheetFile> => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return { fileName: file.name, base64: btoa(binary) }
}
