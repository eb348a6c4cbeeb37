import { deepEqual, equal, throws } from 'node:assert/strict'
import { createMessages, MessageError, type MessageValues } from '../../src/text/index.ts'

describe('Sentences with gaps', () => {
  const messages = createMessages()
  const say = (text: string, values: MessageValues = {}, locale = 'en'): string => messages.format(text, values, locale)

  it('take values, and show what nobody gave', () => {
    deepEqual([say('Hello {name}!', { name: 'Ada' }), say('{a}{b}', { a: 1, b: true }), say('Hello {name}!'), say('{toString}')], ['Hello Ada!', '1true', 'Hello {name}!', '{toString}'])
    equal(say('{ n , number } {n}', { n: 1234.5 }, 'de'), '1.234,5 1234.5')
  })

  it('choose by number, in the way of the language', () => {
    const days = '{days, plural, =0 {today} one {in # day} few {za # dny} other {in # days}}'
    deepEqual([0, 1, 5].map((count) => say(days, { days: count })), ['today', 'in 1 day', 'in 5 days'])
    equal(say(days, { days: 3 }, 'cs'), 'za 3 dny')
    deepEqual([1, 2, 3, 11].map((place) => say('{place, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}', { place })), ['1st', '2nd', '3rd', '11th'])
    equal(say('{count, plural, offset:1 =1 {{name}} one {{name} and # other} other {{name} and # others}}', { count: 3, name: 'Ada' }), 'Ada and 2 others')
    equal(say('{count, plural, other {# of {total, plural, other {#}}}}', { count: 1, total: 9 }), '1 of 9')
    equal(say('{count, plural, one {1} other {many}}', { count: 'x' }), 'many')
  })

  it('choose by word, and quote with apostrophes', () => {
    const who = "{who, select, me {It's you} other {It''s {who}}}"
    deepEqual([say(who, { who: 'me' }), say(who, { who: 'Bob' })], ["It's you", "It's Bob"])
    deepEqual([say("'{name}' # it''s"), say("{n, plural, other {'#' #, '{'it''s'}'}}", { n: 2 }), say("'{open")], ["{name} # it's", "# 2, {it's}", '{open'])
  })

  it('are refused where nobody could read them, and never grow without end', () => {
    for (const text of ['{', '}', '{}', '{1a}', '{a,}', '{a, plural}', '{a, plural, one {}}', '{a, select, other {} other {}}', '{a, plural, {x}}', '{a b}', '{a, plural, other {}']) throws(() => { messages.assert(text) }, MessageError, text)
    equal(say('{a}'.repeat(600), { a: 'x'.repeat(4000) }).length, 65_535)
  })
})
