import type { Duplex } from 'node:stream'
import { writeFrame, type Frame } from './frame.ts'

/** Frames on their way to one socket: all of a turn of the event loop leave in one write. */
export interface Outbox {
  /** Queues a frame; answers false, and calls `overflow`, when the reader is too slow to be served further. */
  push(frame: Frame, sequence: number, ownId: string): boolean
  /** Bytes that the reader has not taken yet. */
  readonly waitingBytes: number
  close(): void
}

interface Item { readonly frame: Frame, readonly sequence: number, readonly ownId: string }

/** What one slow reader may cost in memory. */
export const maximumWaitingBytes = 1024 * 1024

export function createOutbox({ socket, overflow, maximumBytes = maximumWaitingBytes }: { socket: Duplex, overflow: () => void, maximumBytes?: number }): Outbox {
  let items: Item[] = []
  let bytes = 0
  let isOpen = true
  const flush = (): void => {
    const leaving = items
    const size = bytes
    items = []
    bytes = 0
    if (!isOpen || socket.destroyed || !socket.writable) return
    const target = Buffer.allocUnsafe(size)
    let offset = 0
    for (const { frame, sequence, ownId } of leaving) offset = writeFrame(frame, target, offset, sequence, ownId)
    socket.write(target)
  }
  return {
    push(frame, sequence, ownId) {
      if (!isOpen) return false
      if (bytes + socket.writableLength + frame.bytes.length > maximumBytes) {
        isOpen = false
        items = []
        overflow()
        return false
      }
      if (items.length === 0) queueMicrotask(flush)
      items.push({ frame, sequence, ownId })
      bytes += frame.bytes.length
      return true
    },
    get waitingBytes() { return bytes + socket.writableLength },
    close() { isOpen = false },
  }
}
