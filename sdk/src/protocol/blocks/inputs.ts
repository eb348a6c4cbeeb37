import { Type, type Static } from 'typebox'
import { Fields, OneOf, Text } from '../schema.ts'
import { TextOf } from './block-text.ts'
import { BlockId, BlockOption } from './elements.ts'

/** What may be filled in, in words of JSON Schema; `options` is an `enum` with labels. */
export const InputSchema = Fields({
  type: OneOf('string', 'integer', 'number', 'boolean'),
  /** Of strings. `user` and `channel` are ids of those that whoever fills it in knows. */
  format: Type.Optional(OneOf('multiline', 'date', 'email', 'uri', 'user', 'channel')),
  options: Type.Optional(Type.Array(BlockOption, { minItems: 1, maxItems: 100 })),
  minLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 4000 })), maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000 })),
  minimum: Type.Optional(Type.Number()), maximum: Type.Optional(Type.Number()),
  default: Type.Optional(Type.Union([Text(4000), Type.Number(), Type.Boolean()])),
})
export type InputSchema = Static<typeof InputSchema>

export const InputBlock = Fields({
  kind: Type.Literal('input'), id: BlockId, label: TextOf(100), hint: Type.Optional(TextOf(300)), placeholder: Type.Optional(TextOf(100)), isRequired: Type.Optional(Type.Boolean()), schema: InputSchema,
})
export type InputBlock = Static<typeof InputBlock>

export type InputValue = string | number | boolean
/** What was filled in, by the ids of the inputs; what was left empty is not there. */
export type InputValues = Readonly<Record<string, InputValue>>

/** Why something cannot be filled in. */
export type InputFault = 'missing' | 'noText' | 'noNumber' | 'noWholeNumber' | 'noChoice' | 'tooShort' | 'tooLong' | 'tooSmall' | 'tooLarge' | 'noDate' | 'noEmail' | 'noAddress' | 'noId'

export const standardInputLengths = { line: 300, multiline: 4000 } as const

const formats = {
  date: [/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'noDate'], email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'noEmail'], uri: [/^https?:\/\/[^\s/]\S*$/, 'noAddress'],
  user: [/^[a-z0-9]{26}$/, 'noId'], channel: [/^[a-z0-9]{26}$/, 'noId'],
} as const

/** Judged alike by clients, for those who fill it in, and by the server. Undefined where all is well. */
export function faultOfInput({ schema, isRequired = false }: Pick<InputBlock, 'schema' | 'isRequired'>, value: unknown): InputFault | undefined {
  if (value === undefined || value === null || value === '') return isRequired ? 'missing' : undefined
  const { type, options } = schema
  if (type === 'boolean') return typeof value !== 'boolean' ? 'noChoice' : isRequired && !value ? 'missing' : undefined
  if (type === 'string') return typeof value === 'string' ? faultOfText(schema, value, isRequired) : 'noText'
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'noNumber'
  if (type === 'integer' && !Number.isSafeInteger(value)) return 'noWholeNumber'
  if (options && !options.some((option) => option.value === String(value))) return 'noChoice'
  if (schema.minimum !== undefined && value < schema.minimum) return 'tooSmall'
  return schema.maximum !== undefined && value > schema.maximum ? 'tooLarge' : undefined
}

function faultOfText({ format, options, minLength = 0, maxLength }: InputSchema, value: string, isRequired: boolean): InputFault | undefined {
  if (!value.isWellFormed() || value.includes('\0')) return 'noText'
  if (value.trim() === '' && isRequired) return 'missing'
  if (options) return options.some((option) => option.value === value) ? undefined : 'noChoice'
  if (value.length < minLength) return 'tooShort'
  if (value.length > (maxLength ?? (format === 'multiline' ? standardInputLengths.multiline : standardInputLengths.line))) return 'tooLong'
  if (format === undefined || format === 'multiline') return undefined
  const [form, fault] = formats[format]
  return form.test(value) ? undefined : fault
}

/** What a form of a client that knows text alone says: numbers and choices as their schemas have them, and nothing for what is empty. */
export function readInput({ schema: { type } }: Pick<InputBlock, 'schema'>, value: unknown): unknown {
  if (value === null || value === '') return undefined
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  if ((type === 'integer' || type === 'number') && typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim())) return Number(value)
  return value
}
