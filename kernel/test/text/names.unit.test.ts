import assert from 'node:assert/strict'
import fc from 'fast-check'
import { codePointLength } from '../../src/text/code-points.ts'
import {
  cleanDisplayName, isChannelName, isDirectChannelName, isEmail, isReservedTeamName, isTeamName, isUsername, normalizeEmail, normalizeUsername,
} from '../../src/text/names.ts'

const assertSorted = (is: (text: string) => boolean, { accepted, refused }: { accepted: readonly string[], refused: readonly string[] }): void => {
  assert.deepEqual([...accepted, ...refused].filter(is), [...accepted])
}

describe('names', () => {
  it('of users', () => {
    assertSorted(isUsername, {
      accepted: ['ada', 'a', '1st', 'a.b-c_d', 'a'.repeat(64), '_under'],
      refused: ['', 'Ada', 'ada lovelace', 'a'.repeat(65), 'all', 'channel', 'here', 'system', 'matterbot', 'éva', '...', 'a@b', 'a\n', 'a:b'],
    })
    assert.equal(normalizeUsername(' Ada '), 'ada')
  })

  it('of e-mail addresses', () => {
    assertSorted(isEmail, {
      accepted: ['ada@example.com', 'a+b.c@sub.example.co.uk', "o'neil@localhost", 'jörg@müller.example', `${'a'.repeat(116)}@example.com`],
      refused: ['', 'ada', '@example.com', 'ada@', 'Ada@example.com', 'ada <ada@example.com>', 'a b@example.com', '.a@example.com', 'a..b@example.com',
        'a@-example.com', 'a@example..com', 'a@b@c.com', 'a@example.com\n', '"a b"@example.com', `${'a'.repeat(117)}@example.com`, 'a@exam_ple.com'],
    })
    assert.equal(normalizeEmail(' Ada@Example.COM '), 'ada@example.com')
  })

  it('of teams', () => {
    assertSorted(isTeamName, {
      accepted: ['ab', 'my-team', '1-a', 'ab__cd', 'a'.repeat(64)],
      refused: ['', 'a', '-a', 'a-', 'my_team', 'Team', 'a'.repeat(65), 'api', 'apiary', 'login', 'plugins-team', 'posters', 'a__b__c', 'é-team'],
    })
    assert.deepEqual([isReservedTeamName('ADMINS'), isReservedTeamName('myadmin')], [true, false])
  })

  it('of channels', () => {
    const direct = `${'a'.repeat(26)}__${'b'.repeat(26)}`
    assertSorted(isChannelName, {
      accepted: ['a', 'town-square', 'a_b', '7', 'a-', 'a'.repeat(64)],
      refused: ['', '-a', '_a', 'A', 'a b', 'a'.repeat(65), direct, 'ab12'.repeat(10), 'é'],
    })
    assert.equal(isDirectChannelName(direct), true)
  })

  it('lose what turns writing around', () => {
    assert.equal(cleanDisplayName(' \u202Egnp.exe\u202C\uFEFF \u{E0041}ok\u2066 '), 'gnp.exe ok')
    assert.equal(cleanDisplayName('e\u0301'), '\u00e9')
    assert.equal(cleanDisplayName('שלום 日本 👩‍👩‍👧'), 'שלום 日本 👩‍👩‍👧')
  })
})

describe('code points', () => {
  it('are counted', () => {
    assert.deepEqual(['', 'abc', 'é', '🐦🐦', '\ud83d', '\udc26\ud83d', '👩‍👩‍👧'].map(codePointLength), [0, 3, 1, 2, 1, 2, 5])
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => codePointLength(text) === [...text].length))
  })
})
