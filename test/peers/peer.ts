// A program that we did not write 外部程序, run for one test with all it starts, and ended with it.

import { spawn } from 'node:child_process'
import { installed } from '../setup/programs.ts'

export type Peer = {
  /** What it has said so far, on both outputs. */
  readonly output: string
  readonly ended: Promise<void>
  stop(): Promise<void>
}

const running = new Set<Peer>()

export const startPeer = (program: string, ...args: readonly string[]): Peer => {
  // A group of its own, so that what it starts ends with it.
  const child = spawn(installed(program), args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text) => {
      output += text
    })
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const peer: Peer = {
    get output() {
      return output
    },
    ended,
    stop: () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
      return ended
    },
  }
  running.add(peer)
  void ended.then(() => running.delete(peer))
  return peer
}

export const stopPeers = async (): Promise<void> => {
  await Promise.all([...running].map((peer) => peer.stop()))
}
