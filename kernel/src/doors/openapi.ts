import { createHash } from 'node:crypto'
import * as protocol from '@rookery/sdk/protocol'
import { errorTable, type ErrorCode, type Operation } from '@rookery/sdk/protocol'
import type { Operations } from '../operations/index.ts'
import { nativePrefix } from './native-prefix.ts'

/** The description of the native door: made when somebody asks first, and anew where there are other operations. */
export interface OpenApi {
  read(): { readonly text: string, readonly tag: string }
}

type Json = Readonly<Record<string, unknown>>

/** What any operation may answer besides its own errors. */
const commonErrors: readonly ErrorCode[] = ['invalid_input', 'not_json', 'body_too_large', 'unsupported_media_type', 'rate_limited', 'unavailable', 'internal']
const signedInErrors: readonly ErrorCode[] = ['not_signed_in', 'permission_missing']

export function createOpenApi({ operations, url }: { operations: Pick<Operations, 'all' | 'added'>, url: string }): OpenApi {
  let made: { readonly added: readonly Operation[], readonly text: string, readonly tag: string } | undefined
  const make = (added: readonly Operation[]): NonNullable<typeof made> => {
    const text = JSON.stringify(buildOpenApi({ operations: [...operations.all, ...added], url }))
    return { added, text, tag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` }
  }
  return {
    read() {
      const added = operations.added()
      if (made?.added !== added) made = make(added)
      return made
    },
  }
}

/** OpenAPI 3.1 from the operation table: the schemas that validate are the schemas that are shown. */
export function buildOpenApi({ operations, url }: { operations: readonly Operation[], url: string }): Json {
  const entities = createEntities()
  const path = (operation: Operation): [string, Json] => [`${nativePrefix}${operation.name}`, {
    post: describe(operation, 'post', entities),
    ...(operation.safe && { get: describe(operation, 'get', entities) }),
  }]
  const paths = Object.fromEntries(operations.map(path))
  return {
    openapi: '3.1.0',
    info: { title: 'Rookery', version: '1', description: 'Every operation of the server. GET answers for those that change nothing; all answer to POST.' },
    servers: [{ url }],
    security: [{ session: [] }],
    tags: [...new Set(operations.map(({ name }) => nounOf(name)))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { session: { type: 'http', scheme: 'bearer', description: 'The token that sessions.create answers.' } },
      schemas: { ...entities.used(), Error: errorSchema },
    },
  }
}

const errorSchema: Json = {
  type: 'object', required: ['error'], additionalProperties: false,
  properties: {
    error: {
      type: 'object', required: ['code', 'message', 'details', 'requestId'], additionalProperties: false,
      properties: {
        code: { enum: Object.keys(errorTable) }, message: { type: 'string' },
        details: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }, requestId: { type: 'string' },
      },
    },
  },
}

const nounOf = (name: string): string => name.slice(0, name.lastIndexOf('.'))

function describe(operation: Operation, method: 'get' | 'post', entities: Entities): Json {
  const { name, kind, summary, input, output, session, capability } = operation
  const takesQuery = method === 'get' || kind === 'upload'
  const isBytes = kind === 'download'
  return {
    operationId: operation.safe && method === 'post' ? `${name}.byPost` : name,
    tags: [nounOf(name)], summary,
    ...(session === 'optional' && { security: [{}, { session: [] }] }),
    ...(capability && { 'x-capability': capability }),
    ...(takesQuery && { parameters: parametersOf(input, entities) }),
    ...(method === 'post' && { requestBody: kind === 'upload'
      ? { required: true, description: 'The bytes, just as they are.', content: { '*/*': { schema: {} } } }
      : { required: requiredOf(input).length > 0, content: { 'application/json': { schema: entities.schema(input) } } } }),
    responses: {
      200: isBytes
        ? { description: 'The bytes. A range may be asked for.', headers: { ETag: { schema: { type: 'string' } } }, content: { '*/*': { schema: {} } } }
        : { description: 'Done.', content: { 'application/json': { schema: entities.schema(output) } } },
      ...(isBytes && { 206: { description: 'The range that was asked for.', content: { '*/*': { schema: {} } } }, 304: { description: 'The caller has the bytes already.' } }),
      ...errorResponses([...operation.errors, ...commonErrors, ...(session === 'required' ? signedInErrors : [])]),
    },
  }
}

const requiredOf = (schema: object): readonly string[] => (schema as { required?: readonly string[] }).required ?? []

function parametersOf(input: object, entities: Entities): Json[] {
  const { properties = {} } = input as { properties?: Readonly<Record<string, { readonly type?: string }>> }
  const required = requiredOf(input)
  return Object.entries(properties).map(([name, schema]) => ({
    name, in: 'query', required: required.includes(name),
    ...(schema.type === 'object' ? { content: { 'application/json': { schema: entities.schema(schema) } } } : { schema: entities.schema(schema) }),
  }))
}

function errorResponses(codes: readonly ErrorCode[]): Json {
  const byStatus = Map.groupBy([...new Set(codes)].sort(), (code) => errorTable[code].status)
  return Object.fromEntries([...byStatus].sort(([one], [other]) => one - other).map(([status, group]) => [status, {
    description: group.map((code) => `\`${code}\`: ${errorTable[code].sentence}`).join('\n'),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  }]))
}

type Entities = ReturnType<typeof createEntities>

/** Entities of the protocol by their names: where one stands within a schema it becomes a reference. */
function createEntities() {
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(protocol)) {
    if (/^[A-Z]/.test(name) && typeof value === 'object' && (value as { type?: unknown }).type === 'object') names.set(JSON.stringify(value), name)
  }
  const used = new Map<string, unknown>()
  const reference = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reference)
    if (typeof value !== 'object' || value === null) return value
    const name = names.get(JSON.stringify(value))
    if (name === undefined) return inside(value)
    if (!used.has(name)) {
      // Noted before it is filled in: an entity may stand within itself.
      used.set(name, {})
      used.set(name, inside(value))
    }
    return { $ref: `#/components/schemas/${name}` }
  }
  const inside = (value: object): unknown => Object.fromEntries(Object.entries(value).map(([key, child]) => [key, reference(child)]))
  return {
    schema: (schema: object): unknown => reference(schema),
    used: (): Json => Object.fromEntries([...used].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}
