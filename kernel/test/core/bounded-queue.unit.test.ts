import assert from 'node:assert/strict'
import { RookeryError } from '@rookery/sdk/protocol'
import { createBoundedQueue } from '../../src/bounded-queue.ts'

describe('bounded queue', () => {
  it('runs so many at once, in order, and refuses what does not fit', async () => {
    const queue = createBoundedQueue({ concurrency: 2, maximumQueue: 2, typicalTaskMs: 1000 })
    const started: number[] = []
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    const runs = gates.map((gate, index) => queue.run(async () => { started.push(index); await gate.promise; return index }))
    assert.deepEqual({ started: [...started], running: queue.running, waiting: queue.waiting }, { started: [0, 1], running: 2, waiting: 2 })
    await assert.rejects(queue.run(async () => 9), (error) => error instanceof RookeryError && error.code === 'unavailable' && error.details.retryAfterSeconds === 1)
    gates[1]!.resolve()
    await runs[1]
    await new Promise(setImmediate)
    assert.deepEqual(started, [0, 1, 2])
    for (const gate of gates) gate.resolve()
    assert.deepEqual(await Promise.all(runs), [0, 1, 2, 3])
    assert.deepEqual([queue.running, queue.waiting], [0, 0])
  })

  it('goes on after a task that throws', async () => {
    const queue = createBoundedQueue({ concurrency: 1, maximumQueue: 5, typicalTaskMs: 1 })
    const failing = queue.run(async () => { throw new Error('no') })
    const following = queue.run(async () => 'yes')
    await assert.rejects(failing, /no/)
    assert.equal(await following, 'yes')
    assert.equal(queue.running, 0)
  })

  it('refuses what has waited too long, and keeps the order of the rest', async () => {
    const queue = createBoundedQueue({ concurrency: 1, maximumQueue: 5, typicalTaskMs: 1, maximumWaitMs: 50 })
    const gate = Promise.withResolvers<void>()
    const running = queue.run(() => gate.promise)
    let hasRun = false
    await assert.rejects(queue.run(async () => { hasRun = true }), (error) => error instanceof RookeryError && error.code === 'unavailable')
    assert.deepEqual([hasRun, queue.waiting], [false, 0])
    const following = queue.run(async () => 'yes')
    gate.resolve()
    await running
    assert.equal(await following, 'yes')
  })

  it('needs a concurrency', () => {
    assert.throws(() => createBoundedQueue({ concurrency: 0, maximumQueue: 1, typicalTaskMs: 1 }), /at least 1/)
  })
})
