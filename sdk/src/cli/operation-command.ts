import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { knownOperations } from '../known-operations.ts'
import type { Operation } from '../protocol/index.ts'
import { UsageError, type Surroundings } from './command.ts'
import { didYouMean } from './nearest.ts'
import { linkOf, RefusedError, serverOptions } from './server-link.ts'

interface Property { readonly type?: string, readonly items?: Property, readonly description?: string, readonly enum?: readonly unknown[], readonly anyOf?: readonly Property[] }
interface Schema { readonly properties?: Readonly<Record<string, Property>>, readonly required?: readonly string[] }

/** Words that are not fields of the input. */
const ownWords = { ...serverOptions, json: {}, file: {}, out: {}, help: {} }

const camel = (word: string): string => word.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase())
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `--id` stands for the one field that names what the operation is about: `plugins.disable --id polls`. */
function fieldOf(word: string, operation: string, { properties = {}, required = [] }: Schema): string {
  const name = camel(word)
  if (name !== 'id' || Object.hasOwn(properties, 'id')) return name
  const own = `${operation.split('.')[0]?.replace(/s$/, '') ?? ''}Id`
  if (Object.hasOwn(properties, own)) return own
  const ids = required.filter((field) => field.endsWith('Id'))
  return ids.length === 1 ? ids[0] as string : name
}

/** What was typed, as the schema wants it; what it does not say is read as JSON where it is some. */
function valueOf(words: readonly string[], field: string, property: Property | undefined): unknown {
  const { type, items } = property ?? {}
  if (type === 'array') return words.flatMap((word) => (items?.type === 'object' ? [word] : word.split(','))).filter((word) => word !== '').map((word) => valueOf([word], field, items))
  const word = words.at(-1) as string
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word
  if (type === 'boolean') return word === 'true' ? true : word === 'false' ? false : word
  if (type === 'string' || (property?.enum && !type)) return word
  if (type === 'object') return parse(word, field)
  try {
    return JSON.parse(word) as unknown
  } catch {
    return word
  }
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new UsageError(`What stands behind --${what} is not JSON.`)
  }
}

interface Typed { readonly fields: Readonly<Record<string, readonly string[]>>, readonly own: Readonly<Record<string, string | boolean>> }

/** `--name value`, `--name=value`, and `--name` alone for what is true or false. */
function readWords(words: readonly string[], { properties = {} }: Schema, nameOf: (word: string) => string): Typed {
  const fields: Record<string, string[]> = {}
  const own: Record<string, string | boolean> = {}
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as string
    const match = /^--([a-zA-Z][a-zA-Z0-9-]*)(?:=(.*))?$/s.exec(word)
    if (!match) throw new UsageError(`There must be a name before ${word}, as in --name value.`)
    const [, name = '', inline] = match
    const field = nameOf(name)
    const isOwn = Object.hasOwn(ownWords, name) && !Object.hasOwn(properties, field)
    const isFlag = name === 'help' || (!isOwn && properties[field]?.type === 'boolean')
    const next = words[index + 1]
    let value = inline
    if (value === undefined && next !== undefined && (!isFlag || next === 'true' || next === 'false')) {
      value = next
      index += 1
    }
    if (value === undefined && !isFlag) throw new UsageError(`There must be a value after --${name}.`)
    if (isOwn) own[name] = value ?? true
    else (fields[field] ??= []).push(value ?? 'true')
  }
  return { fields, own }
}

function explain(operation: Operation): string {
  const { properties = {}, required = [] } = operation.input as Schema
  const lines = Object.entries(properties).map(([name, { type, enum: words, items }]) =>
    `      --${kebab(name)} <${words ? words.join('|') : type === 'array' ? `${items?.type ?? 'value'},…` : type ?? 'JSON'}>${required.includes(name) ? '' : ' (optional)'}`)
  const bytes = operation.kind === 'upload' ? ['      --file <file to send>'] : operation.kind === 'download' ? ['      --out <file to write>'] : []
  return [`  rookery ${operation.name}`, `      ${operation.summary}`, ...lines, ...bytes].join('\n')
}

export const listOperations = (): string => [...knownOperations().values()].sort((one, other) => (one.name < other.name ? -1 : 1)).map(({ name, summary }) => `  ${name}\n      ${summary}`).join('\n')

/** A name with a dot is an operation: its input by its fields, or whole as JSON, and its answer as JSON. */
export async function runOperation(name: string, words: readonly string[], surroundings: Surroundings, stdin: AsyncIterable<Buffer> = process.stdin): Promise<void> {
  const operation = knownOperations().get(name)
  const schema = (operation?.input ?? {}) as Schema
  const { fields, own } = readWords(words, schema, (word) => fieldOf(word, name, schema))
  if (own['help'] === true) {
    surroundings.say(operation ? explain(operation) : `This version knows nothing of ${name}; the server may.`)
    return
  }
  const told = own['json'] === '-' ? await text(stdin as never) : own['json']
  const whole = typeof told === 'string' ? parse(told, 'json') : {}
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) throw new UsageError('What stands behind --json is not an object.')
  const input = { ...whole, ...Object.fromEntries(Object.entries(fields).map(([field, values]) => [field, valueOf(values, field, schema.properties?.[field])])) } as Record<string, unknown>
  const link = linkOf({ words: [], options: own }, surroundings)
  // It may be an operation of a plugin: the server is asked all the same.
  const unknown = (error: unknown): never => {
    if (!operation && error instanceof RefusedError && error.code === 'unknown_operation') throw new UsageError(`There is no operation ${name}.${didYouMean(name, knownOperations().keys())}`, { cause: error })
    throw error
  }
  const { file, out } = own
  if (typeof file === 'string') {
    surroundings.say(show(await link.upload(name, queryOf(input), await readFile(file), 'application/octet-stream').catch(unknown)))
    return
  }
  const bytes = await link.ask(name, { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(input)) }).catch(unknown)
  if (operation?.kind !== 'download') {
    surroundings.say(show(JSON.parse(bytes.toString())))
    return
  }
  if (typeof out !== 'string') throw new UsageError('Name the file to write with --out.')
  await writeFile(out, bytes)
  surroundings.say(`${out}: ${bytes.length} bytes`)
}

const show = (value: unknown): string => JSON.stringify(value, null, 2)

const queryOf = (input: Readonly<Record<string, unknown>>): URLSearchParams =>
  new URLSearchParams(Object.entries(input).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => [name, typeof each === 'object' ? JSON.stringify(each) : String(each)])))

