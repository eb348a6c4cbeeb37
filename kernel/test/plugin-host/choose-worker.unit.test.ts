import assert from 'node:assert/strict'
import { chooseWorker } from '../../src/plugin-host/choose-worker.ts'

describe('the threads of a host', () => {
  it('are the first for plugins with hooks, and for the others the emptiest of the rest', () => {
    const workers = [{ seats: 0 }, { seats: 3 }, { seats: 2 }]
    assert.equal(chooseWorker(workers, true), workers[0])
    assert.equal(chooseWorker(workers, false), workers[2])
  })

  it('are one for all where there is no other', () => {
    const workers = [{ seats: 5 }]
    assert.deepEqual([chooseWorker(workers, true), chooseWorker(workers, false)], [workers[0], workers[0]])
  })
})
