/** What a value may be: a part of JSON Schema that costs the same for every value, so that plugins can write it. */
export interface PlainSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly items?: PlainSchema
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, PlainSchema>>
  /** Of properties. All others may be left out; none that is not named may be there. */
  readonly required?: readonly string[]
  /** Of settings: kept sealed and told to nobody but the plugin. */
  readonly secret?: boolean
}

const types: ReadonlySet<unknown> = new Set(['string', 'integer', 'number', 'boolean', 'array', 'object'])
/** Words for people or for forms, which judge nothing. */
const annotations: ReadonlySet<string> = new Set(['title', 'description', 'format', 'examples', '$schema', 'additionalProperties'])
const keywords: ReadonlySet<string> = new Set(['type', 'default', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'items', 'maxItems', 'properties', 'required', 'secret'])
const counts = ['minLength', 'maxLength', 'maxItems'] as const
const namePattern = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/
const maximumDepth = 8
const maximumProperties = 100
/** Of everything in a schema. */
const maximumLength = 64 * 1024
const standardMaximumLength = 4000
const standardMaximumItems = 200

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Says in words what is wrong with a schema of an object, or undefined. */
export function judgeObjectSchema(schema: unknown): string | undefined {
  if (!isRecord(schema) || schema['type'] !== 'object' || !isRecord(schema['properties'])) return 'it must be {"type": "object", "properties": {…}}'
  if (JSON.stringify(schema).length > maximumLength) return `it has more than ${maximumLength} characters`
  return judgeSchema(schema)
}

/** Says in words what is wrong with a schema, or undefined. */
export function judgeSchema(schema: unknown, depth = 0): string | undefined {
  if (depth > maximumDepth) return 'it is nested too deep'
  if (!isRecord(schema) || !types.has(schema['type'])) return 'its type must be string, integer, number, boolean, array or object'
  const strange = Object.keys(schema).find((name) => !keywords.has(name) && !annotations.has(name))
  if (strange !== undefined) return `${strange.slice(0, 64)} is not known here`
  const wrong = counts.find((name) => schema[name] !== undefined && !(Number.isSafeInteger(schema[name]) && Number(schema[name]) >= 0))
  if (wrong !== undefined) return `${wrong} must be a count`
  if (schema['minimum'] !== undefined && typeof schema['minimum'] !== 'number') return 'minimum must be a number'
  if (schema['maximum'] !== undefined && typeof schema['maximum'] !== 'number') return 'maximum must be a number'
  if (schema['enum'] !== undefined && !(Array.isArray(schema['enum']) && schema['enum'].length > 0)) return 'enum must be a list'
  const fault = judgeParts(schema, depth)
  if (fault !== undefined) return fault
  const standard = schema['default']
  const misfit = standard === undefined ? undefined : judgeValue(schema as unknown as PlainSchema, standard)
  return misfit && `its default does not fit: ${misfit}`
}

function judgeParts(schema: Record<string, unknown>, depth: number): string | undefined {
  if (schema['type'] === 'array') {
    const fault = judgeSchema(schema['items'], depth + 1)
    return fault && `items: ${fault}`
  }
  if (schema['type'] !== 'object') return undefined
  if (!isRecord(schema['properties'])) return 'properties must be an object'
  const properties = Object.entries(schema['properties'])
  if (properties.length > maximumProperties) return `it has more than ${maximumProperties} properties`
  for (const [name, each] of properties) {
    if (!namePattern.test(name)) return `${name.slice(0, 64)} is no name`
    const fault = judgeSchema(each, depth + 1)
    if (fault !== undefined) return `${name}: ${fault}`
  }
  const { required = [] } = schema
  const isListed = Array.isArray(required) && required.every((name) => typeof name === 'string' && properties.some(([known]) => known === name))
  return isListed ? undefined : 'required must name properties'
}

/** Says in words why something cannot have a value, or undefined. */
export function judgeValue(schema: PlainSchema, value: unknown): string | undefined {
  if (schema.enum && !schema.enum.includes(value)) return `it must be one of ${schema.enum.map(String).join(', ')}`
  if (Array.isArray(value)) return judgeItems(schema, value)
  if (isRecord(value)) return judgeProperties(schema, value)
  if (schema.type === 'integer' ? !Number.isSafeInteger(value) : typeof value !== schema.type || value === null) return `it must be of type ${schema.type}`
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = standardMaximumLength } = schema
    if (value.length < minLength || value.length > maxLength) return `it must have ${minLength} to ${maxLength} characters`
    if (!value.isWellFormed() || value.includes('\0')) return 'it is not well-formed text'
  }
  if (typeof value === 'number') {
    const { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE } = schema
    if (!Number.isFinite(value) || value < minimum || value > maximum) return `it must be from ${minimum} to ${maximum}`
  }
  return undefined
}

function judgeItems({ type, items, maxItems = standardMaximumItems }: PlainSchema, value: readonly unknown[]): string | undefined {
  if (type !== 'array' || !items) return `it must be of type ${type}`
  if (value.length > maxItems) return `it must have at most ${maxItems} items`
  for (const each of value) {
    const fault = judgeValue(items, each)
    if (fault !== undefined) return `each item: ${fault}`
  }
  return undefined
}

function judgeProperties({ type, properties, required = [] }: PlainSchema, value: Readonly<Record<string, unknown>>): string | undefined {
  if (type !== 'object' || !properties) return `it must be of type ${type}`
  const missing = required.find((name) => !Object.hasOwn(value, name) || value[name] === undefined)
  if (missing !== undefined) return `${missing} is missing`
  for (const [name, each] of Object.entries(value)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!schema) return `${name.slice(0, 64)} is not known here`
    const fault = each === undefined ? undefined : judgeValue(schema, each)
    if (fault !== undefined) return `${name}: ${fault}`
  }
  return undefined
}
