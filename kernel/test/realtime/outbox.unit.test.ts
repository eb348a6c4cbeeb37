import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { Duplex } from 'node:stream'
import { buildFrame, Outbox, ownIdSlot, ResumeQueue, sequenceSlot, Turn } from '../../src/realtime/index.ts'

/** A socket that counts its writes and takes them when it is told to. */
class CountingSocket extends Writable {
  readonly writes: Buffer[] = []
  isStuck = false
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk)
    if (!this.isStuck) done()
  }
}
const tick = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

/** Payloads of unmasked text frames, one after the other. */
function payloads(bytes: Buffer): unknown[] {
  const found: unknown[] = []
  for (let at = 0; at < bytes.length;) {
    const short = bytes.readUInt8(at + 1)
    const header = short < 126 ? 2 : short === 126 ? 4 : 10
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    found.push(JSON.parse(bytes.toString('utf8', at + header, at + header + length)))
    at += header + length
  }
  return found
}

describe('an outbox', () => {
  it('writes all frames of a turn in one write, with the receiver\'s number and id', async () => {
    const socket = new CountingSocket()
    const outbox = new Outbox(socket as unknown as Duplex, { terminate() {} }, new Turn())
    const ownId = 'u'.repeat(26)
    const frame = buildFrame(`{"text":"نص","me":"${ownIdSlot}","seq":${sequenceSlot}}`)
    for (let sequence = 0; sequence < 20; sequence += 1) outbox.push(frame, sequence, ownId)
    await tick()
    equal(socket.writes.length, 1)
    deepEqual(payloads(socket.writes[0] as Buffer), Array.from({ length: 20 }, (_, seq) => ({ text: 'نص', me: ownId, seq })))
    outbox.push(buildFrame(`{"long":"${'x'.repeat(70_000)}"}`))
    await tick()
    equal(socket.writes.length, 2)
    equal(JSON.stringify(payloads(socket.writes[1] as Buffer)).length, 70_013)
  })

  it('gives up a reader that takes nothing, once, at its bound, and lets a single large frame pass', async () => {
    const socket = new CountingSocket({ highWaterMark: 1 })
    socket.isStuck = true
    let overflows = 0
    const outbox = new Outbox(socket as unknown as Duplex, { terminate() { overflows += 1 } }, new Turn(), 1000)
    ok(outbox.push(buildFrame('x'.repeat(5000))))
    await tick()
    ok(!outbox.push(buildFrame('y')))
    ok(!outbox.push(buildFrame('z')))
    equal(overflows, 1)
    await tick()
    equal(socket.writes.length, 1)
  })

  it('lets nothing go after it was closed, and what waits before', async () => {
    const socket = new CountingSocket()
    const outbox = new Outbox(socket as unknown as Duplex, { terminate() {} }, new Turn())
    outbox.push(buildFrame('1'))
    outbox.flush()
    outbox.push(buildFrame('2'))
    outbox.close()
    await tick()
    deepEqual(socket.writes.map(payloads), [[1]])
  })
})

describe('outboxes of one turn', () => {
  it('share memory, and whoever reads late reads what was meant for it', async () => {
    const accepted: Socket[] = []
    const server = createServer((socket) => { accepted.push(socket) }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const readers: Socket[] = []
    const chunks: Buffer[][] = [[], [], []]
    for (const place of chunks.keys()) {
      const reader = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
      await once(reader, 'connect')
      // The second one reads nothing for now: what is written to it fills the system's buffers and waits.
      if (place !== 1) reader.on('data', (chunk: Buffer) => { chunks[place]?.push(chunk) })
      readers.push(reader)
    }
    while (accepted.length < readers.length) await tick()
    try {
      const turn = new Turn()
      const outboxes = accepted.map((socket) => new Outbox(socket, { terminate() {} }, turn, 64 * 1024 * 1024))
      const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(26))
      let sequence = 0
      for (; accepted[1]?.writableLength === 0 || sequence % 100 !== 0; sequence += 1) {
        const frame = buildFrame(`{"text":"${String(sequence).repeat(3000)}","me":"${ownIdSlot}","seq":${sequenceSlot}}`)
        outboxes.forEach((outbox, place) => { outbox.push(frame, sequence, ids[place]) })
        await tick()
      }
      readers[1]?.on('data', (chunk: Buffer) => { chunks[1]?.push(chunk) })
      const meant = ids.map((me) => Array.from({ length: sequence }, (_none, seq) => ({ text: String(seq).repeat(3000), me, seq })))
      for (const socket of accepted) socket.end()
      await Promise.all(readers.map((reader) => once(reader, 'end')))
      deepEqual(chunks.map((each) => payloads(Buffer.concat(each))), meant)
    } finally {
      for (const reader of readers) reader.destroy()
      server.close()
    }
  })
})

describe('a resume queue', () => {
  it('keeps the last frames, by number and by bytes', () => {
    const queue = new ResumeQueue(0, 3, 100)
    const frame = (text: string) => buildFrame(JSON.stringify(text))
    deepEqual([queue.covers(0), queue.covers(1), queue.first, queue.next], [true, false, 0, 0])
    for (const text of ['a', 'b', 'c', 'd']) queue.push(frame(text))
    deepEqual([queue.covers(0), queue.covers(1), queue.covers(4), queue.covers(5)], [false, true, true, false])
    deepEqual(queue.from(2).flatMap(({ bytes }) => payloads(bytes)), ['c', 'd'])
    deepEqual(queue.from(4), [])
    queue.push(frame('x'.repeat(95)))
    deepEqual([queue.first, queue.next], [4, 5])
    equal(queue.push(frame('e')), 5)
    ok(queue.bytes <= 100)
  })
})
