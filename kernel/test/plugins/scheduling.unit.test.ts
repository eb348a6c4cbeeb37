import assert from 'node:assert/strict'
import { readProcessorList } from '../../src/plugins/scheduling.ts'

describe('the scheduling of hosts', () => {
  it('reads lists of processors as Linux writes them', () => {
    assert.deepEqual(['0', '0-1', '0-2,4,6-7\n', ' 3', ''].map(readProcessorList), [[0], [0, 1], [0, 1, 2, 4, 6, 7], [3], []])
  })
})
