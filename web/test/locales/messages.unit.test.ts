import { equal, match } from 'node:assert/strict'
import { createFormats } from '../../src/locales/formats.ts'
import { compileMessage } from '../../src/locales/messages.ts'
import { pseudoText } from '../../src/locales/pseudo.ts'

const [begin, end] = ['\u2068', '\u2069']

describe('texts of the page', () => {
  it('keep names apart from a sentence that runs the other way', () => {
    equal(compileMessage('انضم {person} إلى القناة.', 'ar')({ person: '@ada' }), `انضم ${begin}@ada${end} إلى القناة.`)
    equal(compileMessage('{person} joined {team}.', 'en')({ person: 'سارة', team: 'Acme' }), `${begin}سارة${end} joined Acme.`)
    equal(compileMessage('{person} joined.', 'en')({ person: '' }), ' joined.')
  })

  it('have the plurals of the language, and choose by a value as it is', () => {
    const files = '{count, plural, zero {لا ملفات} one {ملف واحد} two {ملفان} few {# ملفات} many {# ملفًا} other {# ملف}}'
    equal([0, 1, 2, 3, 11, 100].map((count) => compileMessage(files, 'ar')({ count })).join(', '), 'لا ملفات, ملف واحد, ملفان, 3 ملفات, 11 ملفًا, 100 ملف')
    equal(compileMessage('{rule, select, common {شائعة: {rule}} other {أخرى}}', 'ar')({ rule: 'common' }), `شائعة: ${begin}common${end}`)
  })

  it('may have elements among their words', () => {
    const name = { isElement: true }
    equal(JSON.stringify(compileMessage('غادر {person} القناة.', 'ar')({ person: name })), JSON.stringify(['غادر ', name, ' القناة.']))
  })

  it('are longer, bracketed and still messages in the pseudo-language', () => {
    match(pseudoText('Write to {channel}'), /^⟦Wríté tó \{channel\}·{4}⟧$/)
    equal(compileMessage(pseudoText('{count, plural, one {# file} other {# files}}'), 'en')({ count: 2 }), '⟦2 files⟧')
  })

  it('sort names as the language does, and know its week', () => {
    equal(['Zoe', 'Ärzte', 'Channel 10', 'Channel 9', 'apfel'].sort(createFormats('de').compare).join(), 'apfel,Ärzte,Channel 9,Channel 10,Zoe')
    equal(['en', 'de', 'ar'].map((locale) => createFormats(locale).firstWeekday).join(), '7,1,6')
    equal(createFormats('de').bytes(1_572_864), '1,5 MB')
    equal(createFormats('de').duration(90_000), '1,5 Min.')
    equal(createFormats('en').duration(40), '40 ms')
  })
})
