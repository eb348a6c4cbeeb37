import { deepEqual, equal } from 'node:assert/strict'
import { errorTable, RookeryError, type ErrorCode } from '@rookery/sdk/protocol'
import { acceptedLanguages, bestLanguage, createLanguages } from '../../src/languages/index.ts'

describe('what the server says', () => {
  const languages = createLanguages()

  it('is in the language of whoever reads it, and in English for all others', () => {
    const error = new RookeryError('plugin_not_found', { plugin: 'poll' })
    deepEqual(['en-US', 'de-AT', 'fr', '', 'de_CH'].map((locale) => languages.tell(error, locale)), [
      'There is no plugin poll.', 'Es gibt kein Plugin poll.', 'There is no plugin poll.', 'There is no plugin poll.', 'Es gibt kein Plugin poll.',
    ])
    equal(languages.say('systemPosts.joinedTeam', { username: 'ada' }, 'de'), 'ada ist dem Team beigetreten.')
    equal(languages.say('channels.townSquare', {}, 'en'), 'Town Square')
  })

  it('keeps names apart from Arabic, but not in what clients read as code', () => {
    equal(languages.tell(new RookeryError('plugin_not_found', { plugin: 'poll' }), 'ar'), 'لا توجد إضافة باسم \u2068poll\u2069.')
    equal(languages.say('commands.argumentMissing', { argument: '--to' }, 'ar'), '`--to` مفقود.')
  })

  it('has a sentence for every error in every language, with nothing left to fill in', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const details = Object.fromEntries([...errorTable[code].sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, 7]))
      const [english, german, arabic] = ['en', 'de', 'ar'].map((locale) => languages.tell(new RookeryError(code, details), locale))
      equal([english, german, arabic].some((sentence) => /[{}]/.test(sentence ?? '{')), false, code)
      equal(/\p{L}/u.test(errorTable[code].sentence.replace(/\{\w+\}/g, '')) && (german === english || arabic === english), false, code)
    }
  })

  it('knows which languages a client takes', () => {
    deepEqual(acceptedLanguages('de;q=0.5, fr-CH, en;q=0, *;q=0.1, ar;q=0.9'), ['fr-CH', 'ar', 'de'])
    deepEqual([acceptedLanguages('*'), acceptedLanguages(''), acceptedLanguages(`${'x'.repeat(600)}, de`), acceptedLanguages('nonsense words, de')], [[], [], [], ['de']])
    deepEqual([bestLanguage(['fr-CH', 'ar', 'de']), bestLanguage(['fr', 'en-GB', 'de']), bestLanguage(['fr', 'es']), bestLanguage([])], ['ar', 'en-GB', 'fr', undefined])
  })
})
