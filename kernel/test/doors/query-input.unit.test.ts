import { deepEqual, throws } from 'node:assert/strict'
import { Type } from 'typebox'
import { Fields, Props, type RookeryError } from '@rookery/sdk/protocol'
import { inputFromQuery } from '../../src/doors/query-input.ts'

const schema = Fields({
  text: Type.String(), count: Type.Optional(Type.Integer()), isGood: Type.Optional(Type.Boolean()), names: Type.Optional(Type.Array(Type.String())),
  places: Type.Optional(Type.Array(Type.Integer())), props: Type.Optional(Props),
})

describe('input from a query', () => {
  it('is read by what the schema wants', () => {
    deepEqual(inputFromQuery({ text: '7', count: '-7', isGood: 'true', names: 'a,b,,', places: ['1', '2'], props: '{"a":[1]}' }, schema),
      { text: '7', count: -7, isGood: true, names: ['a', 'b'], places: [1, 2], props: { a: [1] } })
    deepEqual(inputFromQuery({ isGood: 'false', names: ['a,b', 'c'], places: '3' }, schema), { isGood: false, names: ['a,b', 'c'], places: [3] })
  })

  it('stays text where it cannot be read, for validation to name it', () => {
    const unreadable = { count: '1e3', isGood: 'yes', places: '1,x', unknown: '1', toString: '1' }
    deepEqual(inputFromQuery(unreadable, schema), { ...unreadable, places: [1, 'x'] })
    deepEqual(inputFromQuery({ count: '99999999999999999' }, schema), { count: '99999999999999999' })
    deepEqual(inputFromQuery({ text: ['a', 'b'] }, schema), { text: ['a', 'b'] })
    throws(() => inputFromQuery({ text: 'a\u0000' }, schema), { code: 'invalid_input', details: { field: 'text', reason: 'it has a NUL character' } })
  })

  it('holds JSON to what holds for bodies, and names the field', () => {
    const refuse = (props: string, field: string, reason: RegExp): void => {
      throws(() => inputFromQuery({ props }, schema), ({ code, details }: RookeryError) => code === 'invalid_input' && details['field'] === field && reason.test(String(details['reason'])))
    }
    refuse('{"a"', 'props', /not well formed JSON/)
    refuse('', 'props', /not well formed JSON/)
    refuse('{"a":{"__proto__":{}}}', 'props.a.__proto__', /not allowed/)
    refuse('{"a":"\\u0000"}', 'props.a', /NUL/)
    refuse('{"a":["\\ud800"]}', 'props.a.0', /half of a character/)
    refuse('{"a":'.repeat(40) + '1' + '}'.repeat(40), `props${'.a'.repeat(32)}`, /deeper than 32/)
    deepEqual(inputFromQuery({ props: '[1]' }, schema), { props: [1] }, 'for validation to refuse')
  })
})
