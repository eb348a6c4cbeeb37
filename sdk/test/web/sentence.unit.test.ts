import { equal } from 'node:assert/strict'
import { fillSentence } from '../../src/web/sentence.ts'

describe('sentences of web parts', () => {
  it('take values, and forms of numbers by the rules of the language', () => {
    equal(fillSentence('Hello {name}!', { name: 'Ada' }, 'en'), 'Hello Ada!')
    const notices = '{count, plural, =0 {No notices} one {# notice} other {# notices of {name}}}'
    equal(fillSentence(notices, { count: 0, name: 'x' }, 'en'), 'No notices')
    equal(fillSentence(notices, { count: 1, name: 'x' }, 'en'), '1 notice')
    equal(fillSentence(notices, { count: 1200, name: 'Ada' }, 'de'), '1.200 notices of Ada')
    equal(fillSentence('{n, plural, few {few} other {other}}', { n: 3 }, 'ar'), 'few')
    equal(fillSentence('{who, select, me {You} other {{who}}}', { who: 'Bob' }, 'en'), 'Bob')
    equal(fillSentence('{n, number}', { n: 1200 }, 'en'), '1,200')
  })

  it('stay readable where something is missing', () => {
    equal(fillSentence('Hello {name}', {}, 'en'), 'Hello {name}')
    equal(fillSentence('Hello {name', { name: 'Ada' }, 'en'), 'Hello Ada')
    equal(fillSentence('{n, plural, one {x}}', { n: 5 }, 'en'), '')
  })
})
