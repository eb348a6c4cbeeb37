import assert from 'node:assert/strict'
import fc from 'fast-check'
import { keywordsOf, mentionTokens } from '../../src/text/index.ts'
import { growthOf } from '../../../test/harness/cpu-time.ts'

const usernames = (message: string): readonly string[] => mentionTokens(message).usernames
const everybody = { all: true, channel: true, here: true }
const nobody = { all: false, channel: false, here: false }

describe('mention tokens', () => {
  it('find user names, with and without the punctuation that follows', () => {
    assert.deepEqual(usernames('Hi @Ada, (@bob) and @carol.d_e-f! @dan... "@eve"'), ['ada', 'bob', 'carol.d_e-f', 'dan...', 'dan..', 'dan.', 'dan', 'eve'])
    assert.deepEqual(usernames('@_under_ *@star* ~~@gone~~ _@leaning_'), ['_under_', '_under', 'star', 'gone', 'leaning_', 'leaning'])
    assert.deepEqual(usernames('@ @@ @- nobody'), ['-'])
  })

  it('know the broadcasts in any case, and do not count them as users', () => {
    assert.deepEqual(mentionTokens('@All @CHANNEL: @here. @ada').broadcast, everybody)
    assert.deepEqual(usernames('@All @CHANNEL: @here. @ada'), ['here.', 'ada'])
    assert.deepEqual(mentionTokens('@allison @channel-x `@all` here all@here').broadcast, nobody)
  })

  it('leave out code, addresses and e-mail addresses, and keep quotes', () => {
    const silent = [
      '`@ada`', '``a ` @ada``', '```\n@ada\n```', '~~~\n@ada', '    @ada', 'text\n\n\t@ada', '```js\n`@ada\n````\n', '> ```\n> @ada\n> ```',
      '- ```\n  @ada\n  ```', 'https://example.com/@ada', 'www.example.com/@ada', '[text](https://example.com/@ada)', '![x](/@ada "title")',
      'mail me at me@ada', 'x.y+z@ada.example', '@ada@example.social', 'é@ada', 'first_@ada', '٣@ada',
    ]
    assert.deepEqual(silent.filter((message) => usernames(message).includes('ada')), [])
    const loud = [
      '@ada', '> @ada', '`open @ada', '\\`@ada`', '[@ada](https://example.com)', '- item\n\n    @ada', 'text\n    @ada', '> ```\n> code\n\n@ada', '**@ada**',
      '```\ncode\n```\n@ada', '`code` @ada `code`', '#@ada', 'a.@ada', '/@ada', '``` @ada',
    ]
    assert.deepEqual(loud.filter((message) => !usernames(message).includes('ada')), ['``` @ada'])
  })

  it('work in every script', () => {
    for (const message of ['שלום @ada', 'مرحبا @ada،', '你好@ada你好', 'こんにちは@adaさん', '안녕@ada', '👋@ada👋', 'สวัสดี@ada', 'e\u0301 @ada']) {
      assert.deepEqual(usernames(message), ['ada'], message)
    }
  })

  it('give words and their parts, once, in lower case and as written', () => {
    const { words, writtenWords } = mentionTokens('Node.js Ships: NODE.JS :smile: `code` semi-final. हिन्दी @Ada')
    assert.deepEqual(words, ['node.js', 'node', 'js', 'ships:', 'ships', 'semi-final.', 'semi-final', 'semi', 'final', 'हिन्दी', '@ada'])
    assert.deepEqual(writtenWords.slice(0, 8), ['Node.js', 'Node', 'js', 'Ships:', 'Ships', 'NODE.JS', 'NODE', 'JS'])
  })

  it('are bounded', () => {
    const { usernames: names, words } = mentionTokens(Array.from({ length: 20_000 }, (_, index) => `@user${index}`).join(' '))
    assert.ok(names.length <= 1064 && words.length <= 2010)
    assert.deepEqual(usernames(`@${'a'.repeat(65)}`), [])
    assert.deepEqual(usernames(`@${'a'.repeat(64)}.`), ['a'.repeat(64)])
    assert.ok(usernames(`@a${'.'.repeat(60_000)}`).length <= 64)
  })

  it('find every name between spaces', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{2,10}$/).filter((text) => !['all', 'here', 'channel'].includes(text))
    fc.assert(fc.property(fc.array(name, { maxLength: 20 }), (names) => {
      assert.deepEqual(usernames(names.map((text) => `@${text}`).join(' ')), [...new Set(names)])
    }))
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => { mentionTokens(text) }))
  })

  const awkward = ['@', '@a.', '`', '``` ', '`a``b```c', '](', '](a', '(', '](a(', 'www.(', '@a@', '___', '_@', '> ', '>`', '\\`', ':-', '.', 'a', '~~~\n', '\n    a', 'http://', '- ', '漢', '@ada ', '](a "', '\t']
  for (const piece of awkward) {
    it(`take linear time for ${JSON.stringify(piece)}, many times`, async () => {
      const growth = await growthOf((length) => mentionTokens(piece.repeat(length / piece.length)), 32_768)
      assert.ok(growth < 12, `takes ${growth.toFixed(1)} times as long`)
    })
  }
})

describe('keywords', () => {
  const ada = { username: 'Ada', firstName: 'Will', notifyProps: { mention_keys: 'Kernel, node.js,,@bots,天気', first_name: 'true' } }

  it('are made of what a user chose', () => {
    assert.deepEqual(keywordsOf(ada).map(({ keyword, isSubstring, isCaseSensitive }) => [keyword, isSubstring, isCaseSensitive]), [
      ['@ada', false, false], ['kernel', false, false], ['node.js', false, false], ['@bots', false, false], ['天気', true, false], ['Will', false, true],
    ])
    assert.deepEqual(keywordsOf({ ...ada, notifyProps: {} }).map(({ keyword }) => keyword), ['@ada'])
  })
})
