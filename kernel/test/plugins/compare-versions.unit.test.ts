import { deepEqual } from 'node:assert/strict'
import { compareVersions } from '../../src/plugins/compare-versions.ts'

describe('Versions', () => {
  it('come one after another as semver says', () => {
    const inOrder = ['0.9.99', '1.0.0-1', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1-x-y', '1.0.1', '1.2.0', '1.10.0', '2.0.0']
    const compared = inOrder.map((one) => inOrder.map((other) => Math.sign(compareVersions(one, other))))
    deepEqual(compared, inOrder.map((_one, index) => inOrder.map((_other, otherIndex) => Math.sign(index - otherIndex))))
  })
})
