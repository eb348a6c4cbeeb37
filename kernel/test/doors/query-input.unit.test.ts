import { deepEqual, throws } from 'node:assert/strict'
import { Type } from 'typebox'
import { Fields, Props } from '@rookery/sdk/protocol'
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
    const unreadable = { count: '1e3', isGood: 'yes', props: '{"a"', places: '1,x', unknown: '1', toString: '1' }
    deepEqual(inputFromQuery(unreadable, schema), { ...unreadable, places: [1, 'x'] })
    deepEqual(inputFromQuery({ count: '99999999999999999' }, schema), { count: '99999999999999999' })
    deepEqual(inputFromQuery({ text: ['a', 'b'] }, schema), { text: ['a', 'b'] })
    throws(() => inputFromQuery({ text: 'a\u0000' }, schema), { code: 'invalid_input', details: { field: 'text', reason: 'it has a NUL character' } })
  })
})
