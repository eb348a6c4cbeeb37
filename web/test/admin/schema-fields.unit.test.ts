import { deepEqual, equal } from 'node:assert/strict'
import { secretMask } from '@rookery/sdk/protocol'
import { changedNames, changesOf, entryOf, fieldsOf, readEntry, type Entry, type SettingField } from '../../src/views/admin/form/schema-fields.ts'

const schema = {
  type: 'object',
  properties: {
    greeting: { type: 'string', title: 'What it says', default: 'Hello', minLength: 1, maxLength: 10 },
    perDay: { type: 'integer', minimum: 1, maximum: 5, default: 3 },
    share: { type: 'number', minimum: 0 },
    isLoud: { type: 'boolean', default: true },
    colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
    hosts: { type: 'array', items: { type: 'string', maxLength: 5 }, maxItems: 2 },
    ports: { type: 'array', items: { type: 'integer', minimum: 1 } },
    token: { type: 'string', secret: true },
  },
}
const fields = fieldsOf(schema)
const field = (name: string): SettingField => fields.find((each) => each.name === name) as SettingField
const read = (name: string, entry: Entry): unknown => readEntry(field(name), entry)

describe('the form of a JSON Schema', () => {
  it('has one control for each setting, of its type and with words', () => {
    deepEqual(fields.map(({ name, kind }) => [name, kind]), [
      ['greeting', 'text'], ['perDay', 'number'], ['share', 'number'], ['isLoud', 'switch'], ['colour', 'choice'], ['hosts', 'list'], ['ports', 'list'], ['token', 'secret'],
    ])
    deepEqual([field('greeting').title, field('perDay').title], ['What it says', 'Per day'])
    for (const strange of [null, 'x', {}, { properties: { a: 1 } }]) deepEqual(fieldsOf(strange), [])
  })

  it('judges each entry as the server does, and says why', () => {
    deepEqual(read('perDay', ' 4 '), { value: 4 })
    deepEqual(read('perDay', ''), { value: null })
    deepEqual(read('perDay', '2.5'), { problem: { key: 'wholeNumber' } })
    deepEqual(read('perDay', '0'), { problem: { key: 'tooSmall', limit: 1 } })
    deepEqual(read('perDay', '6'), { problem: { key: 'tooLarge', limit: 5 } })
    deepEqual(read('share', 'much'), { problem: { key: 'number' } })
    deepEqual(read('share', '0.5'), { value: 0.5 })
    deepEqual(read('greeting', 'x'.repeat(11)), { problem: { key: 'tooLong', limit: 10 } })
    deepEqual(read('greeting', ''), { value: null })
    deepEqual(read('colour', 'green'), { problem: { key: 'notOffered' } })
    deepEqual(read('hosts', ' a \n\nb'), { value: ['a', 'b'] })
    deepEqual(read('hosts', 'a\nb\nc'), { problem: { key: 'tooMany', limit: 2 } })
    deepEqual(read('hosts', 'abcdef'), { problem: { key: 'tooLong', limit: 5 } })
    deepEqual(read('ports', '80\n443'), { value: [80, 443] })
    deepEqual(read('ports', '80\nx'), { problem: { key: 'number' } })
    deepEqual(read('isLoud', false), { value: false })
  })

  it('sends what was chosen in the type that it has in the schema', () => {
    const [level, mixed, flags, steps] = fieldsOf({ properties: {
      level: { type: 'integer', enum: [1, 2, 30] }, mixed: { type: 'string', enum: ['', '1'] }, flags: { type: 'array', items: { type: 'boolean' } }, steps: { type: 'array', items: { type: 'integer', enum: [5, 10] } },
    } }) as [SettingField, SettingField, SettingField, SettingField]
    deepEqual([entryOf(level, undefined), entryOf(level, 30)], ['', '30'])
    deepEqual([readEntry(level, '30'), readEntry(level, ''), readEntry(level, '4')], [{ value: 30 }, { value: null }, { problem: { key: 'notOffered' } }])
    deepEqual([readEntry(mixed, '1'), readEntry(mixed, '')], [{ value: '1' }, { value: '' }])
    deepEqual([readEntry(flags, 'true\nfalse'), readEntry(flags, 'yes')], [{ value: [true, false] }, { problem: { key: 'notOffered' } }])
    deepEqual([readEntry(steps, '10\n5'), readEntry(steps, '7')], [{ value: [10, 5] }, { problem: { key: 'notOffered' } }])
  })

  it('sends what changed and nothing else; a secret that was not touched stays', () => {
    const values = { greeting: 'Hello', perDay: 3, isLoud: true, hosts: ['a'], token: secretMask }
    const entries = Object.fromEntries(fields.map((each) => [each.name, entryOf(each, (values as Record<string, unknown>)[each.name])]))
    deepEqual(changesOf(fields, values, entries), { values: {}, problems: {} })
    deepEqual(changesOf(fields, values, { ...entries, perDay: '9', isLoud: false, hosts: '', token: 'new' }), {
      values: { isLoud: false, hosts: [], token: 'new' }, problems: { perDay: { key: 'tooLarge', limit: 5 } },
    })
    equal(entries['hosts'], 'a')
    deepEqual([...changedNames(changesOf(fields, values, { ...entries, perDay: '9', isLoud: false }))], ['isLoud', 'perDay'])
  })
})
