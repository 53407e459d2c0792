// A socket that gathers 合并发送: what is written in one turn of the program leaves as one piece in one
// write. Statements that travel together then cost one call of the system and wake the far end
// once.

import { Socket } from 'node:net'

type Done = (error?: Error | null) => void

type Piece = { chunk: Uint8Array | string; encoding: BufferEncoding }

const bytesOf = ({ chunk, encoding }: Piece): Uint8Array =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk

export class GatheringSocket extends Socket {
  #gathering = false

  constructor() {
    super()
    // Connecting gives a socket the usual `write`; the one below comes back here.
    this.once('connect', () => Reflect.deleteProperty(this, 'write'))
  }

  override write(chunk: Uint8Array | string, encoding?: BufferEncoding | Done, done?: Done) {
    if (!this.#gathering) {
      this.#gathering = true
      this.cork()
      process.nextTick(() => {
        this.#gathering = false
        this.uncork()
      })
    }
    return typeof encoding === 'function'
      ? super.write(chunk, encoding)
      : super.write(chunk, encoding, done)
  }

  /** Copying a few kilobytes is cheaper than naming dozens of pieces to the system. */
  override _writev(pieces: readonly Piece[], done: (error?: Error | null) => void): void {
    const whole = { chunk: Buffer.concat(pieces.map(bytesOf)), encoding: 'utf8' as const }
    super._writev?.([whole], done)
  }
}
