import { deepEqual, ok, throws } from 'node:assert/strict'
import fc from 'fast-check'
import { maximumDepth, parseJson, parseJsonField } from '../../src/doors/json-body.ts'

const parse = (text: string): unknown => parseJson(Buffer.from(text))

describe('a body of JSON', () => {
  it('is read as it came, or refused with the place of what is wrong', () => {
    deepEqual(parse('{"a":[1,{"b":"ü"}]}'), { a: [1, { b: 'ü' }] })
    throws(() => parse(''), { code: 'not_json', details: { reason: 'it is empty' } })
    throws(() => parse('{"a":'), { code: 'not_json' })
    throws(() => parse('{"a":{"__proto__":{"isAdmin":true}}}'), { code: 'invalid_input', details: { field: 'a.__proto__', reason: 'this name is not allowed' } })
    throws(() => parse('{"a":["x\\u0000y"]}'), { code: 'invalid_input', details: { field: 'a.0', reason: 'it has a NUL character' } })
    deepEqual(parse(`${'['.repeat(maximumDepth)}${']'.repeat(maximumDepth)}`), JSON.parse(`${'['.repeat(maximumDepth)}${']'.repeat(maximumDepth)}`))
    throws(() => parse(`${'['.repeat(maximumDepth + 1)}${']'.repeat(maximumDepth + 1)}`), { code: 'invalid_input' })
    throws(() => parse(`${'['.repeat(5000)}${']'.repeat(5000)}`), { code: 'invalid_input' })
  })

  it('names the place of what is wrong, however deep it lies', () => {
    const places = { '"x\\u0000"': 'input', '[[1,{"a":["\\ud800"]}]]': '0.1.a.0', '{"a\\u0000b":1}': 'a\u0000b', '{"a":[{"\\udc00":1}]}': 'a.0.\udc00', [`{"${'n'.repeat(300)}":"\\u0000"}`]: 'n'.repeat(200) }
    for (const [text, field] of Object.entries(places)) throws(() => parse(text), { code: 'invalid_input', details: { field, reason: text.includes('":1') ? 'this name is not allowed' : text.includes('ud800') ? 'it has half of a character' : 'it has a NUL character' } }, text)
    throws(() => parseJsonField('{"a":["\\u0000"]}', 'filter'), { details: { field: 'filter.a.0', reason: 'it has a NUL character' } })
  })

  it('is judged in little more time than it takes to read it, whatever it is made of', () => {
    const quickest = (work: () => unknown): number => Math.min(...Array.from({ length: 5 }, () => {
      const begun = performance.now()
      work()
      return performance.now() - begun
    }))
    for (const item of ['0', '"a"', '{}', '[[]]', '{"a":0}']) {
      const text = Buffer.from(`[${`${item},`.repeat(200_000)}0]`)
      const read = quickest(() => JSON.parse(text.toString('utf8')) as unknown)
      ok(quickest(() => parseJson(text)) < 20 * read, item)
    }
  })

  it('keeps every value that is shallow enough', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value)
      fc.pre(!text.includes('__proto__') && !text.includes('\\u0000'))
      deepEqual(parse(text), JSON.parse(text))
    }))
  })
})
