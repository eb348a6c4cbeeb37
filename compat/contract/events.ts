import documented from './data/events.json' with { type: 'json' }
import { schemaOfType, schemasByName } from './published.ts'
import { either, exactly, flag, id, idOrEmpty, integer, mapOf, oneOf, text, type Schema } from './shapes.ts'
import type { Validator } from './validator.ts'

interface EventEntry {
  readonly event: string
  readonly tier: string
  readonly data: Readonly<Record<string, string | undefined>>
  readonly broadcast: readonly string[]
}

const entries: ReadonlyMap<string, EventEntry> = new Map((documented as readonly EventEntry[]).map((entry) => [entry.event, entry]))

const broadcastSchema = exactly({
  omit_users: either({ type: 'null' }, mapOf(flag, id)),
  user_id: idOrEmpty,
  channel_id: idOrEmpty,
  team_id: idOrEmpty,
  connection_id: idOrEmpty,
  omit_connection_id: idOrEmpty,
}, { contains_sanitized_data: flag, contains_sensitive_data: flag })

const envelopeSchema = exactly({ event: text, data: { type: 'object' }, broadcast: broadcastSchema, seq: { type: 'integer', minimum: 0 } })

/** In an answer to a client's action an error may lack the request it belongs to: there is none. */
const replyErrorSchema = exactly({ id: text, message: text, detailed_error: text, status_code: integer }, { request_id: text })

const replySchema = exactly(
  { status: oneOf('OK', 'FAIL') },
  // A refusal of a message without a number names none.
  { seq_reply: { type: 'integer', minimum: 1 }, data: { type: 'object' }, error: replyErrorSchema },
)

/** Payloads that travel as text of JSON begin with this in the table of events. */
const jsonText = 'json:'

function fieldSchema(type: string): Schema {
  if (type.startsWith(jsonText)) return text
  if (type.startsWith('object:')) return schemaOfType(type.slice('object:'.length))
  if (type.startsWith('string:')) return oneOf(...type.slice('string:'.length).split('|'))
  if (type.startsWith("'")) return { const: type.slice(1, -1) }
  return schemaOfType(type)
}

function dataSchema(entry: EventEntry): Schema {
  const always: Record<string, Schema> = {}
  const sometimes: Record<string, Schema> = {}
  for (const [name, type] of Object.entries(entry.data)) {
    if (type === undefined) continue
    if (name.endsWith('?')) sometimes[name.slice(0, -1)] = fieldSchema(type)
    else always[name] = fieldSchema(type)
  }
  return exactly(always, sometimes)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields that are text of JSON: they must parse, and what is in them must fit too. */
function jsonTextViolations(entry: EventEntry, data: Record<string, unknown>, validator: Validator): string[] {
  return Object.entries(entry.data).flatMap(([field, type]) => {
    const name = field.replace(/\?$/, '')
    const value = data[name]
    if (!type?.startsWith(jsonText) || typeof value !== 'string') return []
    const where = `${entry.event}/data/${name}`
    try {
      return validator.check(schemaOfType(type.slice(jsonText.length)), JSON.parse(value), where)
    } catch {
      return [`${where}: is not text of JSON`]
    }
  })
}

/** An event for somebody must say for whom: one of the scopes that belong to it is filled. */
function scopeViolations(entry: EventEntry, broadcast: Record<string, unknown>): string[] {
  const scopes = entry.broadcast.flatMap((scope) => scope.split(/[|+]/))
  const unscoped = scopes.length === 0 || scopes.includes('(none)')
  const filled = scopes.some((scope) => broadcast[scope] !== '' && broadcast[scope] !== null && broadcast[scope] !== undefined)
  return unscoped || filled ? [] : [`${entry.event}/broadcast: none of ${scopes.join(', ')} is filled`]
}

function eventViolations(message: Record<string, unknown>, validator: Validator): string[] {
  const name = String(message.event)
  const envelope = validator.check(envelopeSchema, message, name)
  if (envelope.length > 0) return envelope
  const data = message.data as Record<string, unknown>
  // Events of plugins carry what the plugin likes.
  if (name.startsWith('custom_')) return []
  const entry = entries.get(name)
  if (!entry) return [`${name}: is not an event that clients know`]
  const violations = [
    ...validator.check(dataSchema(entry), data, `${name}/data`),
    ...jsonTextViolations(entry, data, validator),
    ...scopeViolations(entry, message.broadcast as Record<string, unknown>),
  ]
  if (name === 'hello' && message.seq !== 0) violations.push('hello/seq: must be 0')
  return violations
}

function replyViolations(reply: Record<string, unknown>, validator: Validator): string[] {
  const violations = validator.check(replySchema, reply, 'reply')
  if (reply.status === 'FAIL' && reply.error === undefined) violations.push('reply: fails without an error')
  if (reply.status === 'OK' && reply.seq_reply === undefined) violations.push('reply: is OK and does not say to what')
  if (reply.status === 'OK' && reply.error !== undefined) violations.push('reply: is OK and has an error')
  return violations
}

/** Sentences about where a message of the websocket is not as clients expect it. */
export function messageViolations(message: unknown, validator: Validator): string[] {
  if (!isRecord(message)) return ['message: is not an object']
  return 'seq_reply' in message || 'status' in message ? replyViolations(message, validator) : eventViolations(message, validator)
}

/** Events of the table whose payload names an entity that has no schema at all. */
export const eventsWithoutEntity = (): string[] =>
  [...entries.values()].flatMap(({ event, data }) => Object.values(data)
    .filter((type) => type !== undefined && /^(json|object):[A-Z]/.test(type) && !(type.replace(/^\w+:/, '').replace('[]', '') in schemasByName))
    .map((type) => `${event} ${type}`))
