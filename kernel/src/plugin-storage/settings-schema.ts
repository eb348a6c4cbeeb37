import { RookeryError } from '@rookery/sdk/protocol'
import { judgeObjectSchema, judgeValue, type PlainSchema } from './plain-schema.ts'

/** What one setting may be. */
export type SettingSchema = PlainSchema
export type SettingSchemas = Readonly<Record<string, SettingSchema>>

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Says in words what is wrong with a schema of settings, or undefined: forms show them, so they are plain values and lists of these. */
export function judgeSettingsSchema(schema: unknown): string | undefined {
  const fault = judgeObjectSchema(schema)
  if (fault !== undefined) return fault
  for (const [name, { type, items, secret }] of Object.entries(settingsOf(schema))) {
    if (type === 'object' || items?.type === 'object') return `${name}: objects are not known here`
    if (items?.type === 'array') return `${name}: lists of lists are not known here`
    if (secret === true && type !== 'string') return `${name}: only text can be secret`
  }
  return undefined
}

/** The settings of a schema that was judged; none where there is no schema. */
export const settingsOf = (schema: unknown): SettingSchemas => (isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] as unknown as SettingSchemas : {})

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
