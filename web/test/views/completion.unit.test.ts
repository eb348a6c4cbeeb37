import { deepEqual, equal } from 'node:assert/strict'
import { changesText } from '../../src/views/composer/completion/choice.ts'
import { queryAt } from '../../src/views/composer/completion/query.ts'

const at = (marked: string, options = {}): string | undefined => {
  const caret = marked.indexOf('|')
  const query = queryAt(marked.replace('|', ''), caret, options)
  return query && `${query.kind} ${query.from}-${query.to} ${query.term}`
}

describe('what is completed while somebody types', () => {
  it('is a name behind its sign', () => {
    equal(at('hello @bo|b'), 'user 6-9 bo')
    equal(at('@|'), 'user 0-1 ')
    equal(at('(@ada.l|'), 'user 1-7 ada.l')
    equal(at('مرحبا @أحم|'), 'user 6-10 أحم')
    equal(at('あ。 ~town-s|'), 'channel 3-10 town-s')
    equal(at('mail@bob|'), undefined)
    equal(at('@bob |'), undefined)
  })

  it('is an emoji behind a colon and two letters, or at once where somebody asked', () => {
    equal(at('so :sm|'), 'emoji 3-6 sm')
    equal(at(':+1|'), 'emoji 0-3 +1')
    equal(at('so :s|'), undefined)
    equal(at('at 10:30|'), undefined)
    equal(at('https://a|'), undefined)
  })

  it('is a command at the beginning alone, with all of its arguments', () => {
    equal(at('/status on|'), 'command 0-10 status on')
    equal(at('/invite @bo|'), 'user 8-11 bo')
    equal(at('/invite @bob ~lo|'), 'channel 13-16 lo')
    equal(at('/@bo|'), 'command 0-4 @bo')
    equal(at(' /status|'), undefined)
    equal(at('/status\nmore|'), undefined)
    equal(at('/invite @bo|', { hasCommands: false }), 'user 8-11 bo')
  })

  it('is nothing in code', () => {
    deepEqual([at('`@bo|'), at('```\n@bo|'), at('`a` @bo|')], [undefined, undefined, 'user 4-7 bo'])
  })

  it('changes nothing where it is typed in full', () => {
    const choice = { key: '', kind: 'command', insert: '/away ', title: '', detail: '', group: '' } as const
    deepEqual([changesText(choice, '/away'), changesText(choice, '/aw')], [false, true])
  })
})
