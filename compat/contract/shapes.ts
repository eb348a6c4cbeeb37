/** The few pieces of JSON Schema with which entities, answers and events are written here. */
export interface Schema {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly propertyNames?: Schema
  readonly additionalProperties?: boolean | Schema
}

export type Fields = Readonly<Record<string, Schema>>

export const text: Schema = { type: 'string' }
export const integer: Schema = { type: 'integer' }
export const count: Schema = { type: 'integer', minimum: 0 }
/** Milliseconds since 1970; 0 for never. */
export const millis: Schema = { type: 'integer', minimum: 0 }
export const flag: Schema = { type: 'boolean' }
export const anything: Schema = {}
export const id: Schema = { type: 'string', pattern: '^[a-z0-9]{26}$' }
export const idOrEmpty: Schema = { type: 'string', pattern: '^([a-z0-9]{26})?$' }
export const textOrNull: Schema = { type: ['string', 'null'] }
export const flagOrNull: Schema = { type: ['boolean', 'null'] }

export const oneOf = (...values: readonly unknown[]): Schema => ({ enum: values })
export const ref = (name: string): Schema => ({ $ref: name })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
export const mapOf = (values: Schema, names?: Schema): Schema => ({
  type: 'object',
  additionalProperties: values,
  ...(names && { propertyNames: names }),
})
export const either = (...schemas: readonly Schema[]): Schema => ({ anyOf: schemas })
export const orNull = (schema: Schema): Schema => either({ type: 'null' }, schema)

/** An object with exactly these fields: those that are always there and those that may be missing. */
export const exactly = (always: Fields, sometimes: Fields = {}): Schema => ({
  type: 'object',
  properties: { ...always, ...sometimes },
  required: Object.keys(always),
  additionalProperties: false,
})

/** An object that has at least these fields, and may have others that nobody here depends on. */
export const atLeast = (always: Fields, sometimes: Fields = {}): Schema => ({
  type: 'object',
  properties: { ...always, ...sometimes },
  required: Object.keys(always),
  additionalProperties: true,
})
