import assert from 'node:assert/strict'
import { bareLinks, previewedPostId } from '../../src/text/index.ts'

const siteUrl = 'https://chat.example.com/sub'
const [first, second] = ['a'.repeat(26), 'b'.repeat(26)]

describe('permalinks', () => {
  it('lead to posts of this site', () => {
    assert.equal(previewedPostId(`See ${siteUrl}/team-1/pl/${first}.`, siteUrl), first)
    assert.equal(previewedPostId(`${siteUrl}/_redirect/pl/${second}`, siteUrl), second)
    const wrong = [
      `https://other.example/team/pl/${first}`, `${siteUrl}x/team/pl/${first}`, `${siteUrl}/pl/${first}`, `${siteUrl}/team/pl/${first}a`,
      `${siteUrl}/team/pl/${first}/more`, `\`${siteUrl}/team/pl/${first}\``, `[text](${siteUrl}/team/pl/${first})`, `/team/pl/${first}`, 'nothing',
    ]
    assert.deepEqual(wrong.filter((message) => previewedPostId(message, siteUrl) !== null), [])
    assert.equal(previewedPostId(`${siteUrl}/team/pl/${first}`, `${siteUrl}/`), first)
    assert.equal(previewedPostId(`/team/pl/${first}`, ''), null)
  })

  it('are previewed when they are the first link', () => {
    assert.equal(previewedPostId(`(${siteUrl}/team/pl/${first}) ${siteUrl}/team/pl/${second}`, siteUrl), first)
    assert.equal(previewedPostId(`https://example.com ${siteUrl}/team/pl/${first}`, siteUrl), null)
    assert.equal(previewedPostId(`[x](https://example.com) ${siteUrl}/team/pl/${first}`, siteUrl), first)
    assert.equal(previewedPostId('nothing', siteUrl), null)
    assert.equal(previewedPostId('a/pl/b', siteUrl), null)
  })
})

describe('bare links', () => {
  it('end before the punctuation of the sentence', () => {
    const addresses = (text: string): string[] => bareLinks(text).map(({ address }) => address)
    assert.deepEqual(addresses('(https://example.com/a_(b)). HTTP://X.example?! www.example.com/, <https://a.example> xhttp://no'), [
      'https://example.com/a_(b)', 'HTTP://X.example', 'www.example.com/', 'https://a.example',
    ])
  })
})
