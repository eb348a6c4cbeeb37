import fc from 'fast-check'
import type { TSchema } from 'typebox'
import type { Target } from './actors.ts'

/** What strangers put where something else belongs. */
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1)
const nasty: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, '', ' ', '0', 'NaN', 'null', '-1', '../..', "'; drop table users; --", '%00', '\u0000', 'a\u0000b', '\ud800', '\udc00x',
  '\u202eabc', 'ﷺ'.repeat(50), '👩‍👩‍👧'.repeat(30), 'e\u0301'.repeat(64), 'שלום', '漢'.repeat(64), 'x'.repeat(70_000), '@'.repeat(5000), '`'.repeat(5000), '[](('.repeat(2000),
  [], [[]], [null], {}, { a: null }, nested(20), nested(40), Array.from({ length: 2000 }, () => 'x'), 'zzzzzzzzzzzzzzzzzzzzzzzzzz', 'ZZZZZZZZZZZZZZZZZZZZZZZZZZ', { toString: 1, constructor: 'x' },
]

export const nastyValue: fc.Arbitrary<unknown> = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...nasty) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) })

type Shape = TSchema & {
  properties?: Record<string, Shape>, required?: string[], enum?: unknown[], const?: unknown, anyOf?: Shape[], type?: string, pattern?: string, patternProperties?: Record<string, Shape>
  minLength?: number, maxLength?: number, minimum?: number, maximum?: number, minItems?: number, maxItems?: number, items?: Shape
}

const nativeName = (name: string): string => name.replace(/_(\w)/g, (_whole, letter: string) => letter.toUpperCase())

/** What fits where the name says it and no id does. Whoever asks for something else is soon refused. */
const wordsOf = (native: string, target: Target): readonly unknown[] | undefined => ({
  name: [target.teamName, target.channelName, 'loom', 'channel_user', 'a'], emojiName: ['loom', 'smile'], names: [['loom'], ['channel_user']],
  category: ['theme'], preferenceName: ['colour'], roleName: ['channel_user'], roles: ['channel_user', 'team_user', 'system_user'],
  username: [target.username], usernames: [[target.username]], email: [target.email], privacy: ['O', 'P'], status: ['online', 'dnd'], restoreVersionId: [target.revisionId],
  timestamp: [1, 2 ** 41], page: [0, 1], perPage: [1, 60], term: ['a', 'member'], displayName: ['Looms'], message: ['Hello @member', 'Hello :loom: #looms'],
} as Readonly<Record<string, readonly unknown[]>>)[native]

/** Names in the plural and in the words of API v4 are known by what they end with. */
function known(name: string, target: Target): unknown {
  const native = nativeName(name)
  const values = target as unknown as Record<string, unknown>
  if (native.endsWith('Id') && typeof values[native] === 'string') return values[native]
  if (/postId$|rootId$|parentId$/i.test(native)) return target.postId
  if (/channelId$/i.test(native)) return target.channelId
  if (/teamId$/i.test(native)) return target.teamId
  if (/userId$|creatorId$/i.test(native)) return target.userId
  const singular = native.endsWith('Ids') ? values[native.slice(0, -1)] : undefined
  return typeof singular === 'string' ? [singular] : undefined
}

/** A value that fits the schema, more or less. */
export function fitting(shape: Shape, name: string, target: Target): fc.Arbitrary<unknown> {
  const found = known(name, target)
  if (found !== undefined) return fc.constant(found)
  const words = shape.type === 'string' ? wordsOf(name, target) : undefined
  if (words && !shape.enum) return fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: Math.min(shape.maxLength ?? 40, 40) }) })
  if (shape.const !== undefined) return fc.constant(shape.const)
  if (shape.enum) return fc.constantFrom(...shape.enum)
  if (shape.anyOf) return fc.oneof(...shape.anyOf.map((one) => fitting(one, name, target)))
  switch (shape.type) {
    case 'string': return shape.pattern?.includes('{26}') ? fc.constantFrom(target.postId, target.channelId, target.userId) : fc.string({ unit: 'grapheme', maxLength: Math.min(shape.maxLength ?? 40, 40) })
    case 'integer': case 'number': return fc.integer({ min: Math.max(shape.minimum ?? 0, -1000), max: Math.min(shape.maximum ?? 1000, 1000) })
    case 'boolean': return fc.boolean()
    case 'array': return fc.array(fitting(shape.items ?? {} as Shape, name.replace(/s$/, ''), target), { minLength: Math.min(shape.minItems ?? 0, 10), maxLength: 3 })
    case 'object': return shape.properties ? fittingObject(shape, target) : fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 3 })
    default: return fc.jsonValue({ maxDepth: 2 })
  }
}

function fittingObject({ properties = {}, required = [] }: Shape, target: Target): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, shape]) => [name, fitting(shape, name, target)]))
  const needed = Object.fromEntries(required.map((name) => [name, fields[name] as fc.Arbitrary<unknown>]))
  return fc.oneof(fc.record(fields, { requiredKeys: required, noNullPrototype: true }), fc.record(needed, { noNullPrototype: true })) as fc.Arbitrary<Record<string, unknown>>
}

/** A body of API v4 whose fields are known by name only. */
export function fittingFields(names: readonly string[], target: Target, { areRequired = false } = {}): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(names.map((name) => {
    const found = known(name, target)
    const fits = found === undefined ? wordsOf(nativeName(name), target) : [found]
    return [name, fits ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fits) }, { weight: 1, arbitrary: nastyValue }) : fc.oneof(fc.string({ maxLength: 20 }), fc.boolean(), fc.nat(1000), nastyValue)]
  }))
  const familiar = Object.fromEntries(Object.entries(fields).filter(([name]) => areRequired || known(name, target) !== undefined || wordsOf(nativeName(name), target)))
  return fc.oneof(fc.record(fields, { requiredKeys: areRequired ? names as string[] : [], noNullPrototype: true }), fc.record(familiar, { noNullPrototype: true })) as fc.Arbitrary<Record<string, unknown>>
}

type Change = { readonly kind: 'replace' | 'remove' | 'add' | 'twice' | 'prototype', readonly at: number, readonly value: unknown }

const change: fc.Arbitrary<Change> = fc.record({ kind: fc.constantFrom('replace' as const, 'replace' as const, 'remove' as const, 'add' as const, 'twice' as const, 'prototype' as const), at: fc.nat(50), value: nastyValue })

/** The text of a body: an input that fits, and up to three things done to it. `isUnknown` where a field came that nobody knows. */
export const spoiled = (base: fc.Arbitrary<unknown>): fc.Arbitrary<{ text: string, isUnknown: boolean }> =>
  fc.tuple(base, fc.array(change, { maxLength: 3 })).map(([value, changes]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { text: JSON.stringify(changes[0]?.kind === 'replace' ? changes[0].value : value) ?? 'null', isUnknown: false }
    const fields = Object.entries(value as Record<string, unknown>).map(([name, field]) => [name, JSON.stringify(field) ?? 'null'] as [string, string])
    for (const { kind, at, value: other } of changes) {
      const index = fields.length === 0 ? -1 : at % fields.length
      const field = fields[index]
      if (kind === 'add') fields.push([`unheardOf${at}`, JSON.stringify(other)])
      else if (kind === 'prototype') fields.push([at % 2 ? '__proto__' : 'constructor', '{"isAdmin":true}'])
      else if (!field) continue
      else if (kind === 'replace') field[1] = JSON.stringify(other)
      else if (kind === 'remove') fields.splice(index, 1)
      else fields.push([field[0], JSON.stringify(other)])
    }
    const isUnknown = fields.some(([name]) => /^unheardOf|^__proto__$|^constructor$/.test(name))
    return { text: `{${fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`, isUnknown }
  })
