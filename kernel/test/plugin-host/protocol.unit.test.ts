import { deepEqual, throws } from 'node:assert/strict'
import { createFrameReader, defaultGuestLimits, encodeFrame, hostRefusals, readFromHost, readToHost, type Frame } from '../../src/plugin-host/index.ts'

describe('frames between kernel and host', () => {
  it('come out whole however they are cut', () => {
    const sent: Frame[] = [{ header: { type: 'a' }, text: '' }, { header: { type: 'b', n: 1 }, text: 'نص 文 \u{1f600}' }, { header: {}, text: 'x'.repeat(5000) }]
    const bytes = Buffer.concat(sent.map(({ header, text }) => encodeFrame(header as object, text)))
    for (const size of [1, 7, 8, 9, 4096, bytes.length]) {
      const read: Frame[] = []
      const reader = createFrameReader((frame) => { read.push(frame) })
      for (let at = 0; at < bytes.length; at += size) reader(bytes.subarray(at, at + size))
      deepEqual(read, sent, `in pieces of ${size}`)
    }
  })

  it('are refused by their lengths alone, and when the header is not JSON', () => {
    const limits = { maximumHeaderBytes: 100, maximumTextBytes: 1000 }
    const ignore = (): void => {}
    const prefix = (head: number, text: number): Buffer => { const bytes = Buffer.alloc(8); bytes.writeUInt32LE(head, 0); bytes.writeUInt32LE(text, 4); return bytes }
    throws(() => { createFrameReader(ignore, limits)(prefix(101, 0)) }, /too large/)
    throws(() => { createFrameReader(ignore, limits)(prefix(1, 1001)) }, /too large/)
    throws(() => { createFrameReader(ignore, limits)(Buffer.concat([prefix(3, 0), Buffer.from('{"a')])) }, SyntaxError)
    createFrameReader(ignore, limits)(prefix(100, 1000))
  })
})

describe('messages between kernel and host', () => {
  it('are read when every field is as it should be', () => {
    const toHost = [
      { type: 'load', slot: 1, call: 2, isEager: true, isInline: false, limits: defaultGuestLimits }, { type: 'invoke', slot: 1, call: 3, name: 'x', deadlineMs: 50, maximumLength: 1000 },
      { type: 'hook', hook: 3, instead: 0, slot: 1, name: 'x', deadlineMs: 50 },
      { type: 'chain', call: 6, hooks: [3], guardsFrom: 0, totalMs: 100 },
      { type: 'reply', slot: 1, call: 4, isAnswered: false }, { type: 'unload', slot: 1 }, { type: 'heartbeat', beat: 5 },
    ]
    const guest = { slot: 1, isResident: true, cpuTimeMs: 1.5, heapBytes: 10, invocations: 1, disposals: 0, breaches: 0, refusals: hostRefusals.map(() => 0) }
    const fromHost = [
      { type: 'ready' }, { type: 'answer', call: 1, outcome: 'answered' }, { type: 'call', slot: 1, call: 1, name: 'x' },
      { type: 'statistics', beat: 1, rssBytes: 1, guests: [guest] }, { type: 'poisoned', slot: 1, reason: 'x' },
    ]
    deepEqual(toHost.map(readToHost), toHost)
    deepEqual(fromHost.map(readFromHost), fromHost)
  })

  it('are refused otherwise', () => {
    const bad: unknown[] = [
      null, 1, 'ready', [], {}, { type: 'nothing' }, { type: '__proto__' }, { type: 'constructor' }, { type: 'ready', more: 1 },
      { type: 'answer', call: -1, outcome: 'answered' }, { type: 'answer', call: 1.5, outcome: 'answered' }, { type: 'answer', call: 1, outcome: 'other' }, { type: 'answer', call: '1', outcome: 'answered' },
      { type: 'call', slot: 1, call: 1, name: '' }, { type: 'call', slot: 1, call: 1, name: 'x'.repeat(129) }, { type: 'call', slot: 2 ** 60, call: 1, name: 'x' }, { type: 'call', slot: 1, call: 1 },
      { type: 'statistics', beat: 1, rssBytes: 1, guests: [{}] }, { type: 'statistics', beat: 1, rssBytes: 1, guests: [{ slot: 1, isResident: true, cpuTimeMs: 1, heapBytes: 1, invocations: 1, disposals: 0, breaches: 0, refusals: [] }] }, { type: 'statistics', beat: 1, rssBytes: 1, guests: new Array(2001).fill({}) }, { type: 'poisoned', slot: 1, reason: 'x'.repeat(1001) },
    ]
    for (const message of bad) throws(() => readFromHost(message), /not of the protocol/, JSON.stringify(message))
    for (const message of [...bad, { type: 'chain', call: 1, hooks: ['3'], guardsFrom: 0, totalMs: 1 }, { type: 'load', slot: 1, call: 2, isEager: true, isInline: false, limits: { ...defaultGuestLimits, heapBytes: Infinity } }]) throws(() => readToHost(message), /not of the protocol/)
  })
})
