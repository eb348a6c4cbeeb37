import { secretMask } from '@rookery/sdk/protocol'

/** One setting of a JSON Schema as a form shows it. */
export interface SettingField {
  readonly name: string
  readonly kind: 'text' | 'longText' | 'secret' | 'number' | 'switch' | 'choice' | 'list'
  readonly title: string
  readonly description: string
  readonly standard: unknown
  /** What a choice offers, and the same in words. */
  readonly options: readonly unknown[]
  readonly choices: readonly string[]
  readonly isWhole: boolean
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  readonly minimumLength: number
  readonly maximumLength: number | undefined
  readonly maximumItems: number | undefined
  /** Of lists: what the items are. */
  readonly item: SettingField | undefined
}

/** What is in a control: on or off, else text; lists have one item on each line. */
export type Entry = string | boolean
export type Entries = Readonly<Record<string, Entry>>

/** Why what is in a control is no value, as a key below `admin.form` and what it wants filled in. */
export interface EntryProblem { readonly key: 'wholeNumber' | 'number' | 'tooSmall' | 'tooLarge' | 'tooShort' | 'tooLong' | 'tooMany' | 'notOffered', readonly limit?: number }

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' && value ? value : otherwise)
const numberOr = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
/** `inviteLinkHours` is read as "Invite link hours" where the schema has no title. */
const spelledOut = (name: string): string => {
  const words = name.replace(/_/g, ' ').replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const longTextFrom = 200

/** On a line of a list nothing can be switched: there it says `true` or `false`. */
const lineOf = (schema: Record<string, unknown>): Record<string, unknown> => (schema['type'] === 'boolean' && !schema['enum'] ? { ...schema, enum: [true, false] } : schema)

function fieldOf(name: string, schema: Record<string, unknown>): SettingField {
  const { type } = schema
  const options: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : []
  const maximumLength = numberOr(schema['maxLength'])
  const kind = schema['secret'] === true ? 'secret' : options.length > 0 ? 'choice' : type === 'boolean' ? 'switch' : type === 'array' ? 'list' : type === 'integer' || type === 'number' ? 'number'
    : (maximumLength ?? 0) > longTextFrom && schema['format'] === 'multiline' ? 'longText' : 'text'
  return {
    name, kind, options, choices: options.map(String), maximumLength,
    title: textOr(schema['title'], spelledOut(name)), description: textOr(schema['description'], ''), standard: schema['default'], isWhole: type === 'integer',
    minimum: numberOr(schema['minimum']), maximum: numberOr(schema['maximum']), minimumLength: numberOr(schema['minLength']) ?? 0, maximumItems: numberOr(schema['maxItems']),
    item: isRecord(schema['items']) ? fieldOf(name, lineOf(schema['items'])) : undefined,
  }
}

/** The fields of a schema `{type: 'object', properties}`, in its order. */
export function fieldsOf(schema: unknown): SettingField[] {
  const properties = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {}
  return Object.entries(properties).flatMap(([name, each]) => (isRecord(each) ? [fieldOf(name, each)] : []))
}

/** A value as a control holds it. Lists are one item a line. */
export function entryOf({ kind }: Pick<SettingField, 'kind'>, value: unknown): Entry {
  if (kind === 'switch') return value === true
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.map(String).join('\n') : String(value as string | number | boolean)
}

type Reading = { readonly value: unknown } | { readonly problem: EntryProblem }

/** What a control says, judged as the server will. Empty text where text is no value goes back to the standard: null. */
export function readEntry(field: SettingField, entry: Entry): Reading {
  if (typeof entry === 'boolean') return { value: entry }
  if (field.kind === 'list') return readList(field, entry)
  if (field.kind === 'choice') return readChoice(field, entry)
  if (field.kind === 'number') return readNumber(field, entry.trim())
  if (entry === '' && (field.minimumLength > 0 || field.kind === 'secret')) return { value: null }
  if (entry.length < field.minimumLength) return { problem: { key: 'tooShort', limit: field.minimumLength } }
  if (field.maximumLength !== undefined && entry.length > field.maximumLength) return { problem: { key: 'tooLong', limit: field.maximumLength } }
  return { value: entry }
}

/** The value that is offered, of its own type: JSON knows 1 from "1". */
function readChoice({ options, choices }: SettingField, entry: string): Reading {
  const chosen = choices.indexOf(entry)
  if (chosen >= 0) return { value: options[chosen] }
  return entry === '' ? { value: null } : { problem: { key: 'notOffered' } }
}

function readNumber({ isWhole, minimum, maximum }: SettingField, text: string): Reading {
  if (text === '') return { value: null }
  const value = Number(text)
  if (!Number.isFinite(value)) return { problem: { key: 'number' } }
  if (isWhole && !Number.isSafeInteger(value)) return { problem: { key: 'wholeNumber' } }
  if (minimum !== undefined && value < minimum) return { problem: { key: 'tooSmall', limit: minimum } }
  if (maximum !== undefined && value > maximum) return { problem: { key: 'tooLarge', limit: maximum } }
  return { value }
}

function readList({ item, maximumItems }: SettingField, entry: string): Reading {
  const lines = entry.split('\n').map((line) => line.trim()).filter(Boolean)
  if (maximumItems !== undefined && lines.length > maximumItems) return { problem: { key: 'tooMany', limit: maximumItems } }
  const values: unknown[] = []
  for (const line of lines) {
    const reading = item ? readEntry(item, line) : { value: line }
    if ('problem' in reading) return reading
    values.push(reading.value)
  }
  return { value: values }
}

export interface FormChanges { readonly values: Record<string, unknown>, readonly problems: Record<string, EntryProblem> }

/** What differs from what holds: only that is sent, so two admins do not overwrite what the other one changed. */
export function changesOf(fields: readonly SettingField[], values: Readonly<Record<string, unknown>>, entries: Entries): FormChanges {
  const changes: FormChanges = { values: {}, problems: {} }
  for (const field of fields) {
    const before = entryOf(field, values[field.name])
    const entry = entries[field.name] ?? before
    if (entry === before || (field.kind === 'secret' && entry === secretMask)) continue
    const reading = readEntry(field, entry)
    if ('problem' in reading) changes.problems[field.name] = reading.problem
    else changes.values[field.name] = reading.value
  }
  return changes
}

/** The names of what differs, whether it can be sent or not. */
export const changedNames = ({ values, problems }: FormChanges): ReadonlySet<string> => new Set([...Object.keys(values), ...Object.keys(problems)])
