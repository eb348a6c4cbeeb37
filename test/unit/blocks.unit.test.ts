import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import fc from 'fast-check'
import { blocks } from '@rookery/sdk/plugin'
import { faultOfInput, inputsOf, pressablesOf, readInput, RookeryError, textIn, type Blocks, type InputBlock } from '@rookery/sdk/protocol'
import { createValidation } from '@rookery/kernel'
import { blockAttachments, blockDialogShape } from '../../compat/src/mattermost/shapes/blocks.ts'
import { createJudgeBlocks, type JudgeBlocks } from '../../kernel/src/plugins/blocks/index.ts'
import { blockFields, inputValuesOf } from '../../web/src/data/dialog-form.ts'
import { nastyValue } from '../abuse/hostile-input.ts'
import { seedOf } from '../harness/random.ts'

const judge = createJudgeBlocks({ validation: createValidation() })
const options: Parameters<JudgeBlocks>[1] = { field: 'blocks', place: 'post', actions: new Set(['go']) }
const button = blocks.button('go', 'go', 'Go')

describe('blocks', () => {
  it('are whatever the builders make', () => {
    const all: Blocks = [
      blocks.heading('H', { level: 2 }), blocks.section('S', blocks.link('L', 'https://example.com')), blocks.fields({ label: 'F', value: 'V' }), blocks.divider(), blocks.image('https://example.com/a.png', 'A'),
      blocks.actions(button, blocks.select('s', 'go', 'S', ['a', ['b', { en: 'B', de: 'Be' }]]), blocks.select('u', 'go', 'U', 'users'), blocks.menu('m', 'go', 'M', [{ value: 'x', label: 'X' }]), blocks.date('d', 'go', 'D')),
      blocks.input('i', 'I', { type: 'integer', minimum: 1 }), blocks.checklist('c', 'go', 'C', [{ id: 'one', label: 'One', isChecked: true }]), blocks.progress('P', 3, 4), blocks.context('x', { en: 'y' }, { kind: 'image', url: 'https://example.com/b.png', alt: 'B' }),
    ]
    deepEqual(judge(all, options), all)
    deepEqual([pressablesOf(all).map(({ id }) => id), inputsOf(all).map(({ id }) => id)], [['go', 's', 'u', 'm', 'd', 'c'], ['i']])
    throws(() => judge(all, { ...options, place: 'dialog' }), { code: 'invalid_input' })
  })

  it('are read by each in their own language, or English, or the first there is', () => {
    const text = { 'de': 'Hallo', 'en': 'Hello', 'pt-BR': 'Oi' }
    deepEqual(['de', 'de-AT', 'pt', 'pt_BR', 'ar'].map((locale) => textIn(text, locale)), ['Hallo', 'Hallo', 'Oi', 'Oi', 'Hello'])
    deepEqual([textIn({ ar: 'مرحبا' }, 'de'), textIn('plain', 'de'), textIn(undefined, 'de')], ['مرحبا', 'plain', ''])
  })

  it('have a limit for everything', () => {
    const refused = (value: unknown, field: string): void => { throws(() => judge(value as Blocks, options), (error) => error instanceof RookeryError && error.code === 'invalid_input' && error.details['field'] === field, field) }
    refused([blocks.actions(...Array.from({ length: 26 }, (_, index) => blocks.button(`b${index}`, 'go', 'B')))], 'blocks.0.elements')
    refused(Array.from({ length: 5 }, (_, block) => blocks.actions(...Array.from({ length: 25 }, (__, index) => blocks.button(`b${block}x${index}`, 'go', 'B')))), 'blocks')
    refused([blocks.checklist('c', 'go', 'C', [{ id: 'a', label: 'A' }, { id: 'a', label: 'B' }])], 'blocks, c')
    refused([blocks.section('x'.repeat(4001))], 'blocks.0.text')
    refused([blocks.section(Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`e${String.fromCharCode(97 + index)}`, 'x'])))], 'blocks.0.text')
    refused([blocks.input('i', 'I', { type: 'string', minLength: 5, maxLength: 2 })], 'blocks.0.schema')
    refused([blocks.input('i', 'I', { type: 'integer', default: 1.5 })], 'blocks.0.schema.default')
    refused([blocks.input('i', 'I', { type: 'integer', format: 'email' })], 'blocks.0.schema.format')
    refused([blocks.input('i', 'I', { type: 'number', options: [{ value: 'many', label: 'Many' }] })], 'blocks.0.schema.options')
    refused([{ ...blocks.section('x'), accessory: { kind: 'select', id: 's', action: 'go', label: 'S' } }], 'blocks')
  })

  it('take in forms what their schemas say', () => {
    const input = (schema: InputBlock['schema'], isRequired = false): InputBlock => blocks.input('i', 'I', schema, { isRequired })
    const fault = (schema: InputBlock['schema'], value: unknown, isRequired = false) => faultOfInput(input(schema, isRequired), readInput(input(schema), value))
    deepEqual([fault({ type: 'string' }, '', true), fault({ type: 'string' }, '  ', true), fault({ type: 'boolean' }, false, true), fault({ type: 'string' }, null)], ['missing', 'missing', 'missing', undefined])
    deepEqual([fault({ type: 'integer', minimum: 2, maximum: 4 }, '3'), fault({ type: 'integer', minimum: 2 }, 1), fault({ type: 'integer', maximum: 4 }, 5), fault({ type: 'integer' }, '1.5'), fault({ type: 'number' }, 'x')], [undefined, 'tooSmall', 'tooLarge', 'noWholeNumber', 'noNumber'])
    const forms = [['date', '2026-13-01', 'noDate'], ['email', 'ada', 'noEmail'], ['uri', 'javascript:x', 'noAddress'], ['user', 'ada', 'noId'], ['multiline', 'x'.repeat(4001), 'tooLong']] as const
    for (const [format, value, wrong] of forms) equal(fault({ type: 'string', format }, value), wrong)
    deepEqual([fault({ type: 'string', options: [{ value: 'a', label: 'A' }] }, 'b'), fault({ type: 'integer', options: [{ value: '2', label: 'Two' }] }, '2'), fault({ type: 'string' }, '\ud800'), fault({ type: 'string' }, {})], ['noChoice', undefined, 'noText', 'noText'])
    const form = [blocks.input('a', 'A', { type: 'integer', default: 2 }), blocks.input('b', { en: 'B', de: 'Be' }, { type: 'string', format: 'multiline' }, { isRequired: true }), blocks.input('c', 'C', { type: 'boolean' })]
    deepEqual(blockFields(form, 'de').map(({ name, label, kind, subtype, initial, isOptional }) => [name, label, kind, subtype, initial, isOptional]), [['a', 'A', 'text', 'number', '2', true], ['b', 'Be', 'textarea', 'text', '', false], ['c', 'C', 'bool', 'text', false, true]])
    deepEqual(inputValuesOf(form, { b: 'x', c: true }), { a: 2, b: 'x', c: true })
  })

  it('are refused by name or drawn by everybody, whatever strangers send', () => {
    const kinds = ['heading', 'section', 'fields', 'actions', 'input', 'image', 'checklist', 'progress', 'divider', 'context', 'button', 'select', 'menu', 'date', 'link', 'carousel', '__proto__', 'toString']
    const names = ['text', 'label', 'value', 'maximum', 'url', 'alt', 'id', 'action', 'items', 'options', 'fields', 'elements', 'accessory', 'schema', 'fallback', 'chosen', 'style', 'cookie']
    const right = fc.constantFrom<unknown>('Go', { en: 'Go' }, 'go', 1, 'https://example.com/x', [], true)
    const element = fc.oneof(fc.constant<unknown>(button), fc.dictionary(fc.constantFrom(...names), fc.oneof(right, nastyValue), { maxKeys: 6 }).chain((fields) => fc.constantFrom(...kinds).map((kind) => ({ ...fields, kind }))))
    const list = fc.array(element, { maxLength: 4 })
    const block = fc.oneof(element, fc.record({ kind: fc.constantFrom('actions', 'context'), elements: list }), fc.record({ kind: fc.constant('section'), text: fc.constant('S'), accessory: element }), fc.record({ kind: fc.constant('input'), id: fc.constantFrom('a', 'b'), label: right, schema: fc.oneof(nastyValue, fc.record({ type: fc.constantFrom('string', 'integer', 'boolean'), default: nastyValue })) }))
    const counts = { refused: 0, drawn: 0 }
    fc.assert(fc.property(fc.array(block, { maxLength: 5 }), (told) => {
      let kept: Blocks
      try {
        kept = judge(JSON.parse(JSON.stringify(told)) as Blocks, options)
      } catch (error) {
        ok(error instanceof RookeryError && error.code === 'invalid_input', String(error))
        ok(String(error.details['field']).startsWith('blocks'))
        counts.refused += 1
        return
      }
      counts.drawn += 1
      for (const { fallback } of blockAttachments(kept, 'de')) equal(typeof fallback, 'string')
      blockDialogShape({ title: 'T', blocks: kept, state: '' }, 'en')
      inputValuesOf(inputsOf(kept), {})
    }), { numRuns: 3000, seed: seedOf() })
    ok(counts.refused > 100 && counts.drawn > 100, JSON.stringify(counts))
  })
})
