import assert from 'node:assert/strict'
import { hashtagsOf } from '../../src/text/index.ts'
import { growthOf } from '../../../test/harness/cpu-time.ts'

describe('hashtags', () => {
  it('are those that Mattermost keeps', () => {
    const expected: Record<string, string> = {
      '': '', 'no tags': '', '#test': '#test', 'a #One and (#two-three), ##four!': '#One #two-three #four', '#a': '', '#ab': '#ab', '#1st': '',
      '#': '', '##': '', '#a.b_c-d.': '#a.b_c-d', '#a#b': '', 'x#y': '', '*#bold*': '#bold', '#über #ß1 #漢字': '#über #ß1 #漢字', '#हिन्दी': '#हिन्दी',
      '#same #same': '#same #same', '`#code`': '#code', '#tag\n#tug\u3000#tog': '#tag #tug #tog',
    }
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((message) => [message, hashtagsOf(message)])), expected)
  })

  it('have 1000 bytes at most, in whole tags', () => {
    const tags = hashtagsOf('#abcdefghi '.repeat(200)).split(' ')
    assert.equal(tags.length, 90)
    assert.ok(tags.every((tag) => tag === '#abcdefghi'))
    assert.equal(hashtagsOf(`#${'a'.repeat(2000)}`), '')
  })

  it('take linear time', async () => {
    for (const piece of ['#', '.', '#a.', '-#']) {
      const growth = await growthOf((size) => hashtagsOf(`#a${piece.repeat(size)}`), 8192)
      assert.ok(growth < 12, `${piece} takes ${growth.toFixed(1)} times as long`)
    }
  })
})
