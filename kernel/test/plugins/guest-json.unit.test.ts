import { deepEqual, equal, throws } from 'node:assert/strict'
import { GuestError } from '../../src/plugins/index.ts'
import { assertStorable, parseGuestJson } from '../../src/plugins/guest-json.ts'

describe('JSON of plugins', () => {
  it('is read up to a hundred levels; brackets in texts are no levels', () => {
    const nest = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    equal(JSON.stringify(parseGuestJson(nest(100))), nest(100))
    throws(() => parseGuestJson(nest(101)), /too deeply/)
    throws(() => parseGuestJson('{"a":'.repeat(200)), /too deeply/)
    throws(() => parseGuestJson('nonsense'), SyntaxError)
    deepEqual(parseGuestJson(JSON.stringify({ a: '['.repeat(500), b: '\\"{{' })), { a: '['.repeat(500), b: '\\"{{' })
  })

  it('has nothing that reaches a prototype, however it is written; what no database keeps is refused where it is kept', () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"a":[{"\\u005f_proto__":1}]}']) throws(() => parseGuestJson(text), SyntaxError, text)
    for (const text of ['"a\\u0000b"', '{"\\u0000":1}', '["\\ud800"]', '{"a":{"\\udfff":1}}']) throws(() => { assertStorable(parseGuestJson(text)) }, { code: 'invalid_input' }, text)
    const fine = ['😀', '\\u0000', '__proto__', null, 1]
    deepEqual(parseGuestJson('["\\ud83d\\ude00", "\\\\u0000", "__proto__", null, 1]'), fine)
    assertStorable(fine)
  })

  it('of an error is cut, and may be anything', () => {
    const error = GuestError.read('threw', JSON.stringify({ name: 'Oops', message: 'm'.repeat(5000), code: 7, stack: null }))
    deepEqual([error.name, error.message.length, error.code, error.guestStack, error.outcome], ['Oops', 2000, '', '', 'threw'])
    for (const text of ['null', '1', '[]', 'broken', '['.repeat(1000)]) equal(GuestError.read('ended', text).name, 'ended')
  })
})
