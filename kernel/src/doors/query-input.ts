import { RookeryError } from '@rookery/sdk/protocol'
import { parseJsonField } from './json-body.ts'

interface Property { readonly type?: string, readonly items?: Property, readonly additionalProperties?: unknown }

/**
 * The input of an operation from the query of an address, which knows only strings: numbers, truth values, lists and
 * objects are read by what the schema wants. Lists are repeated names or values between commas, objects are JSON. A
 * number or a truth value that cannot be read stays a string, and validation names the field.
 */
export function inputFromQuery(query: Readonly<Record<string, string | readonly string[]>>, schema: object): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, Property>> }
  return Object.fromEntries(Object.entries(query).map(([name, raw]) => {
    if (`${name}${String(raw)}`.includes('\u0000')) throw new RookeryError('invalid_input', { field: name.replaceAll('\u0000', '').slice(0, 200), reason: 'it has a NUL character' })
    return [name, read(name, raw, Object.hasOwn(properties, name) ? properties[name] : undefined)]
  }))
}

function read(name: string, raw: string | readonly string[], property: Property | undefined): unknown {
  if (property?.type === 'array') {
    const texts = typeof raw === 'string' ? raw.split(',').filter((part) => part !== '') : raw
    return texts.map((text) => read(name, text, property.items))
  }
  if (typeof raw !== 'string') return raw
  if (property?.type === 'integer' || property?.type === 'number') return /^-?\d{1,16}$/.test(raw) ? Number(raw) : raw
  if (property?.type === 'boolean') return raw === 'true' ? true : raw === 'false' ? false : raw
  return property?.type === 'object' ? parseJsonField(raw, name) : raw
}
