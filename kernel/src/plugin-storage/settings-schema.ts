import { RookeryError } from '@rookery/sdk/protocol'

/** What one setting may be: a part of JSON Schema that costs the same for every value. */
export interface SettingSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array'
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly items?: SettingSchema
  readonly maxItems?: number
  /** Kept sealed and told to nobody but the plugin. */
  readonly secret?: boolean
}
export type SettingSchemas = Readonly<Record<string, SettingSchema>>

const types: ReadonlySet<unknown> = new Set(['string', 'integer', 'number', 'boolean', 'array'])
/** Words for people or for forms, which judge nothing. */
const annotations: ReadonlySet<string> = new Set(['title', 'description', 'format', 'examples'])
const keywords: ReadonlySet<string> = new Set(['type', 'default', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'items', 'maxItems', 'secret'])
const counts = ['minLength', 'maxLength', 'maxItems'] as const
const maximumSettings = 100
const standardMaximumLength = 4000
const standardMaximumItems = 200

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Says in words what is wrong with a schema of settings, or undefined. */
export function judgeSettingsSchema(schema: unknown): string | undefined {
  if (!isRecord(schema) || schema['type'] !== 'object' || !isRecord(schema['properties'])) return 'it must be {"type": "object", "properties": {…}}'
  const strange = Object.keys(schema).find((name) => !['type', 'properties', 'additionalProperties', '$schema'].includes(name) && !annotations.has(name))
  if (strange !== undefined) return `it has ${strange}, which is not known here`
  const settings = Object.entries(schema['properties'])
  if (settings.length > maximumSettings) return `it has more than ${maximumSettings} settings`
  for (const [name, each] of settings) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/.test(name)) return `${name.slice(0, 64)} is no name for a setting`
    const fault = judgeSetting(each, false)
    if (fault !== undefined) return `${name}: ${fault}`
  }
  return undefined
}

function judgeSetting(schema: unknown, isItem: boolean): string | undefined {
  if (!isRecord(schema) || !types.has(schema['type'])) return 'its type must be string, integer, number, boolean or array'
  const strange = Object.keys(schema).find((name) => !keywords.has(name) && !annotations.has(name))
  if (strange !== undefined) return `${strange} is not known here`
  const wrong = counts.find((name) => schema[name] !== undefined && !(Number.isSafeInteger(schema[name]) && Number(schema[name]) >= 0))
  if (wrong !== undefined) return `${wrong} must be a count`
  if (schema['minimum'] !== undefined && typeof schema['minimum'] !== 'number') return 'minimum must be a number'
  if (schema['maximum'] !== undefined && typeof schema['maximum'] !== 'number') return 'maximum must be a number'
  if (schema['enum'] !== undefined && !(Array.isArray(schema['enum']) && schema['enum'].length > 0)) return 'enum must be a list'
  if (schema['secret'] === true && schema['type'] !== 'string') return 'only text can be secret'
  if (schema['type'] === 'array') {
    if (isItem) return 'lists of lists are not known here'
    const fault = judgeSetting(schema['items'], true)
    if (fault !== undefined) return `items: ${fault}`
  }
  const standard = schema['default']
  const fault = standard === undefined ? undefined : judgeValue(schema as unknown as SettingSchema, standard)
  return fault && `its default does not fit: ${fault}`
}

/** The settings of a schema that was judged; none where there is no schema. */
export const settingsOf = (schema: unknown): SettingSchemas => (isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] as unknown as SettingSchemas : {})

/** Says in words why a setting cannot have a value, or undefined. */
export function judgeValue(schema: SettingSchema, value: unknown): string | undefined {
  if (schema.enum && !schema.enum.includes(value)) return `it must be one of ${schema.enum.map(String).join(', ')}`
  if (Array.isArray(value)) {
    if (schema.type !== 'array' || !schema.items) return `it must be of type ${schema.type}`
    const { items, maxItems = standardMaximumItems } = schema
    if (value.length > maxItems) return `it must have at most ${maxItems} items`
    for (const each of value as unknown[]) {
      const fault = judgeValue(items, each)
      if (fault !== undefined) return `each item: ${fault}`
    }
    return undefined
  }
  if (schema.type === 'integer' ? !Number.isSafeInteger(value) : typeof value !== schema.type) return `it must be of type ${schema.type}`
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

/** Throws where a value does not fit or there is no such setting, naming it. null takes a setting back. */
export function assertSettings(schemas: SettingSchemas, values: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries(values)) {
    const schema = Object.hasOwn(schemas, field) ? schemas[field] : undefined
    if (!schema) throw new RookeryError('setting_unknown', { field: field.slice(0, 100) })
    const reason = value === null ? undefined : judgeValue(schema, value)
    if (reason !== undefined) throw new RookeryError('setting_invalid', { field, reason })
  }
}

/** What holds: what was chosen where it still fits, else the default. Settings with neither are left out. */
export function effectiveSettings(schemas: SettingSchemas, chosen: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).flatMap(([name, schema]) => {
    const value = Object.hasOwn(chosen, name) ? chosen[name] : undefined
    if (value !== undefined && judgeValue(schema, value) === undefined) return [[name, value]]
    return schema.default === undefined ? [] : [[name, schema.default]]
  }))
}
