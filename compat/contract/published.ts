import type { Answer } from './answers.ts'
import documented from './data/schemas.json' with { type: 'json' }
import { entities } from './entities.ts'
import { anything, atLeast, either, flag, integer, listOf, mapOf, oneOf, ref, text, type Schema } from './shapes.ts'

/**
 * What the documentation says of shapes that nobody here has looked into yet: the types of the fields that it names,
 * none of them required. A shape written by hand in `entities.ts` takes the place of a documented one.
 */
const documentedSchemas: Readonly<Record<string, unknown>> = documented

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A documented shape as a schema that the validator takes. Documentation errs: an array may carry its items as a property. */
function repaired(shape: unknown): Schema {
  if (!isRecord(shape)) return anything
  if (typeof shape.$ref === 'string') return ref(shape.$ref)
  if (Array.isArray(shape.allOf)) return { allOf: shape.allOf.filter((part) => !isStrictReference(part)).map(repaired) }
  if (shape.type === 'array') {
    const items = shape.items ?? (isRecord(shape.properties) ? shape.properties.items : undefined)
    return { type: 'array', items: repaired(items) }
  }
  if (isRecord(shape.properties)) {
    const properties = Object.fromEntries(Object.entries(shape.properties).map(([name, inner]) => [name, orMissing(repaired(inner))]))
    return { type: 'object', properties, additionalProperties: true }
  }
  if (shape.type === 'object') return isRecord(shape.additionalProperties) ? mapOf(repaired(shape.additionalProperties)) : { type: 'object' }
  return typeof shape.type === 'string' ? { type: shape.type } : anything
}

/** A strict entity takes no further fields: where the documentation adds some to it, only those are looked at. */
const isStrictReference = (part: unknown): boolean => isRecord(part) && typeof part.$ref === 'string' && part.$ref in entities

const orMissing = (schema: Schema): Schema => either({ type: 'null' }, schema)

/** All schemas by name: ours, and the documented ones where we have none. */
export const schemasByName: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(Object.entries(documentedSchemas).map(([name, shape]) => [name, repaired(shape)])),
  ...entities,
}

const simple: Readonly<Record<string, Schema>> = {
  any: anything,
  boolean: flag,
  bool: flag,
  integer,
  number: { type: 'number' },
  object: { type: 'object' },
  string: text,
}

/** Reads the short notation of types in our data: `Post`, `User[]`, `map<string>`, `string enum(a,b)`, `A|B`. */
export function schemaOfType(type: string): Schema {
  const values = /^string enum\((.*)\)$/.exec(type)?.[1]
  if (values !== undefined) return oneOf(...values.split(','))
  const alternatives = /^[^<(]+\|/.test(type) ? type.split('|') : [type]
  if (alternatives.length > 1) return either(...alternatives.map(schemaOfType))
  if (type.endsWith('[]')) return listOf(schemaOfType(type.slice(0, -2)))
  const mapped = /^map(?:<(?:[^,<>]+,)?(.+)>)?$/.exec(type)
  if (mapped) return mapOf(mapped[1] === undefined ? anything : schemaOfType(mapped[1]))
  return simple[type] ?? (type in schemasByName ? ref(type) : anything)
}

const isJson = (contentType: unknown): boolean => contentType === undefined || contentType === 'application/json'

/**
 * The success answer of an operation as documented: `answers` holds a type for each status. Where a reading operation
 * is said to answer 201, that is a slip: servers answer 200.
 */
export function documentedAnswer(method: string, documentedAnswers: Readonly<Record<string, unknown>>): Answer {
  const successes = Object.entries(documentedAnswers).filter(([status]) => status.startsWith('2'))
  const statuses = successes.map(([status]) => Number(status))
  const shape = successes.find(([, type]) => type !== null)?.[1]
  return { statuses: statuses.length > 0 && method !== 'GET' ? statuses : [200], body: documentedBody(shape) }
}

function documentedBody(shape: unknown): Answer['body'] {
  if (typeof shape === 'string') return shape === 'string' ? 'unknown' : schemaOfType(shape)
  if (Array.isArray(shape)) return listOf(bodyOfFields(shape[0]))
  if (!isRecord(shape) || !isJson(shape.contentType)) return 'unknown'
  return bodyOfFields(shape)
}

function bodyOfFields(shape: unknown): Schema {
  if (typeof shape === 'string') return schemaOfType(shape)
  if (Array.isArray(shape)) return listOf(bodyOfFields(shape[0]))
  if (!isRecord(shape)) return anything
  const [first] = Object.keys(shape)
  if (first?.startsWith('<')) return mapOf(bodyOfFields(shape[first]))
  return atLeast({}, Object.fromEntries(Object.entries(shape).map(([name, inner]) => [name, orMissing(bodyOfFields(inner))])))
}
