// The files port: the little the centre keeps beside its database (keys, signed roots, node id).

export type Files = {
  /** The content, or null when there is no such file. */
  read(path: string): Promise<Buffer | null>
  /** Writes through a temporary name and fsync, so a reader sees the old or the new content. */
  write(path: string, content: string | Uint8Array, mode?: number): Promise<void>
  append(path: string, line: string): Promise<void>
}
