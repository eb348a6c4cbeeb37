import type { TSchema } from 'typebox'
import {
  blockSchemas, contextItemSchemas, elementSchemas, faultOfInput, inputsOf, isKnownBlock, maximumBlocksLength, maximumPressable, pressablesOf, RookeryError, UnknownBlock, type Blocks, type InputBlock, type KnownBlock, type Pressable,
} from '@rookery/sdk/protocol'
import type { Validation } from '../../operations/index.ts'

/** Where blocks stand: in a form there is nothing to press but its own button. */
export type BlockPlace = 'post' | 'panel' | 'dialog'

export interface JudgeBlocks {
  /** Answers the blocks as they are kept; throws `invalid_input` where they are not well formed, naming the field below `field`. */
  (blocks: Blocks, options: { readonly field: string, readonly place: BlockPlace, readonly actions: ReadonlySet<string> }): Blocks
}

type Kinds = Readonly<Record<string, TSchema>>

const refuse = (field: string, reason: string): never => { throw new RookeryError('invalid_input', { field: field.slice(0, 200), reason }) }

export function createJudgeBlocks({ validation }: { validation: Validation }): JudgeBlocks {
  const assertFits = (schema: TSchema, value: unknown, field: string): void => {
    try {
      validation.assert(schema, value)
    } catch (error) {
      if (!(error instanceof RookeryError)) throw error
      const { field: inner, reason } = error.details as { field: string, reason: string }
      refuse(inner === 'input' ? field : `${field}.${inner}`, reason)
    }
  }
  const assertKind = (kinds: Kinds, value: { readonly kind: string }, field: string): void => {
    const schema = Object.hasOwn(kinds, value.kind) ? kinds[value.kind] : undefined
    if (!schema) return refuse(`${field}.kind`, `it must be one of ${Object.keys(kinds).join(', ')}`)
    assertFits(schema, value, field)
  }
  const assertParts = (block: KnownBlock, field: string): void => {
    if (block.kind === 'actions') for (const [index, element] of block.elements.entries()) assertKind(elementSchemas, element, `${field}.elements.${index}`)
    else if (block.kind === 'context') for (const [index, item] of block.items.entries()) assertKind(contextItemSchemas, item, `${field}.items.${index}`)
    else if (block.kind === 'section' && block.accessory) assertKind(elementSchemas, block.accessory, `${field}.accessory`)
    else if (block.kind === 'input') assertInput(block, field)
  }

  return (blocks, { field, place, actions }) => {
    if (JSON.stringify(blocks).length > maximumBlocksLength) refuse(field, `it has more than ${maximumBlocksLength} characters`)
    const kept = blocks.map((block, index): Blocks[number] => {
      const at = `${field}.${index}`
      if (!isKnownBlock(block)) {
        if (!('fallback' in block)) refuse(`${at}.kind`, `it is not known here and has no fallback; known are ${Object.keys(blockSchemas).join(', ')}`)
        assertFits(UnknownBlock, block, at)
        return { kind: block.kind, fallback: block.fallback }
      }
      assertFits(blockSchemas[block.kind], block, at)
      assertParts(block, at)
      return block
    })
    const pressables = pressablesOf(kept)
    if (place === 'dialog' && pressables.length > 0) refuse(field, 'in a form there is nothing to press but its own button')
    if (pressables.length > maximumPressable) refuse(field, `it has more than ${maximumPressable} things to press`)
    assertIds([...pressables, ...inputsOf(kept)], field)
    for (const pressable of pressables) assertPressable(pressable, field, actions)
    return kept
  }
}

function assertIds(all: readonly { readonly id: string }[], field: string): void {
  const seen = new Set<string>()
  for (const { id } of all) {
    if (seen.has(id)) refuse(field, `two things have the id ${id}`)
    seen.add(id)
  }
}

function assertPressable(pressable: Pressable, field: string, actions: ReadonlySet<string>): void {
  const { id, action } = pressable
  if (!actions.has(action)) refuse(field, `${id} leads to the action ${action}, which the plugin has not`)
  if (pressable.kind === 'select' && (pressable.options === undefined) === (pressable.source === undefined)) refuse(field, `${id} has either options or a source`)
  if (pressable.kind === 'checklist') assertIds(pressable.items, `${field}, ${id}`)
}

function assertInput({ schema, ...input }: InputBlock, field: string): void {
  const { type, options, format, minimum = -Infinity, maximum = Infinity, minLength = 0, maxLength = Infinity } = schema
  if (minimum > maximum || minLength > maxLength) refuse(`${field}.schema`, 'its least is more than its most')
  if (format !== undefined && type !== 'string') refuse(`${field}.schema.format`, 'only a string has one')
  if (options && (type === 'boolean' || format !== undefined)) refuse(`${field}.schema.options`, 'only numbers and strings without a format have some')
  if (options && type !== 'string' && options.some(({ value }) => !Number.isFinite(Number(value)))) refuse(`${field}.schema.options`, 'their values are numbers')
  if (schema.default !== undefined && faultOfInput({ ...input, isRequired: false, schema }, schema.default)) refuse(`${field}.schema.default`, 'it does not fit the schema')
}
