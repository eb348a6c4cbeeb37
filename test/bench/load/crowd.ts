import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Many websockets that count what they are told and answer pings: no more work per frame than reading its length. */
export interface Crowd {
  /** Frames that all of them together have received. */
  readonly frames: number
  /** Payload of the latest frame. */
  readonly lastBytes: number
  /** Sockets that have been closed by the other side. */
  readonly lost: number
  open(options: { port: number, path: string, tokens: readonly string[] }): Promise<void>
  /** Resolves when so many frames have come in all. */
  until(frames: number): Promise<void>
  /** Into this list goes from now on when something comes, by `performance.now()`; until the next one is asked for. */
  noteArrivals(): readonly number[]
  /** Reads nothing more, as clients do that have gone to sleep; `wake` ends that. */
  sleep(): void
  wake(): void
  close(): void
}

const concurrentOpenings = 64
/** Control frames as they begin on the wire, and the answer to a ping: masked with zeros, as is a client's duty. */
const isControl = 0x08
const pingStart = 0x89
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])
/** A client address has about 28,000 ports; each of these loopback addresses takes a part of the crowd. */
const socketsPerAddress = 1000

export function createCrowd(): Crowd {
  let sockets: Socket[] = []
  let frames = 0
  let lastBytes = 0
  let lost = 0
  let note = (): void => {}
  let target = Number.POSITIVE_INFINITY
  let reached = (): void => {}

  const count = (bytes: number): void => {
    frames += 1
    lastBytes = bytes
    if (frames >= target) { target = Number.POSITIVE_INFINITY; reached() }
  }
  const read = (socket: Socket, first: Buffer): void => {
    let rest: Buffer | undefined
    let skip = 0
    const take = (chunk: Buffer): void => {
      let bytes = rest ? Buffer.concat([rest, chunk]) : chunk
      rest = undefined
      for (;;) {
        if (skip >= bytes.length) { skip -= bytes.length; return }
        bytes = bytes.subarray(skip)
        skip = 0
        const short = (bytes[1] as number) & 0x7f
        const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10
        if (bytes.length < headBytes) { rest = bytes; return }
        const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
        skip = headBytes + length
        if (((bytes[0] as number) & isControl) === 0) count(length)
        else if (bytes[0] === pingStart) socket.write(pong)
      }
    }
    socket.on('data', take)
    if (first.length > 0) take(first)
  }
  const openOne = async (port: number, path: string, token: string, index: number): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + Math.floor(index / socketsPerAddress)}` })
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n`
      + `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${token ? `Authorization: Bearer ${token}\r\n` : ''}\r\n`)
    let head: Buffer = Buffer.alloc(0)
    await new Promise<void>((resolve, reject) => {
      const refused = (): void => { reject(new Error(`the websocket was refused: ${head.toString().slice(0, 200)}`)) }
      const readHead = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!head.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) return refused()
        socket.off('data', readHead)
        socket.off('close', refused)
        read(socket, head.subarray(end + 4))
        resolve()
      }
      socket.on('data', readHead)
      socket.once('close', refused)
    })
    socket.on('close', () => { if (sockets.includes(socket)) lost += 1 })
    sockets.push(socket)
  }
  return {
    get frames() { return frames },
    get lastBytes() { return lastBytes },
    get lost() { return lost },
    async open({ port, path, tokens }) {
      let next = 0
      await Promise.all(Array.from({ length: concurrentOpenings }, async () => {
        for (let index = next++; index < tokens.length; index = next++) await openOne(port, path, tokens[index] as string, index)
      }))
    },
    until: (wanted) => new Promise((resolve) => {
      if (frames >= wanted) return resolve()
      target = wanted
      reached = resolve
    }),
    noteArrivals() {
      // Listeners of their own: whoever asks for no arrivals pays nothing for them.
      const arrivals: number[] = []
      for (const socket of sockets) socket.off('data', note)
      note = () => { arrivals.push(performance.now()) }
      for (const socket of sockets) socket.on('data', note)
      return arrivals
    },
    sleep() { for (const socket of sockets) socket.pause() },
    wake() { for (const socket of sockets) socket.resume() },
    close() {
      const leaving = sockets
      sockets = []
      for (const socket of leaving) socket.destroy()
    },
  }
}
