import { deepEqual, throws } from 'node:assert/strict'
import fc from 'fast-check'
import { maximumDepth, parseJson } from '../../src/doors/json-body.ts'

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

  it('keeps every value that is shallow enough', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value)
      fc.pre(!text.includes('__proto__') && !text.includes('\\u0000'))
      deepEqual(parse(text), JSON.parse(text))
    }))
  })
})
