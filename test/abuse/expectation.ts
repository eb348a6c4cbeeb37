import type { TSchema } from 'typebox'
import { actors, targetsOf, type Actor, type Noun, type Target, type TargetName } from './actors.ts'

/**
 * Who gets through to an operation, by target: names of actors with spaces between them. Who is not named must get 401,
 * 403 or 404; who is named must not. A target that is left out lets nobody in.
 */
export type Cells<N extends Noun> = Readonly<Partial<Record<TargetName<N>, string>>>

export interface Expectation {
  readonly noun: Noun
  readonly cells: Readonly<Partial<Record<TargetName, string>>>
  /** Fields of the input that cannot be guessed from their names. */
  readonly input?: (target: Target) => Record<string, unknown>
}

/** One line of a table: operation → expectation. */
export type Expectations = Readonly<Record<string, Expectation>>

const on = <N extends Noun>(noun: N) => (cells: Cells<N>, input?: Expectation['input']): Expectation => ({ noun, cells, ...(input && { input }) })

export const onChannel = on('channel')
export const onPost = on('post')
export const onTeam = on('team')
export const onUser = on('user')

export const everybody = actors.join(' ')
export const everybodyAndAnonymous = `${everybody} anonymous`

/** Operations that are about nothing in particular. */
export const forAll = (who: string, input?: Expectation['input']): Expectation => on('none')({ none: who }, input)

/** The same people on every target of the noun. */
export const same = <N extends Noun>(noun: N, who: string): Cells<N> => Object.fromEntries(targetsOf[noun].map((target) => [target, who])) as Cells<N>

/** People as they are, without some. */
export const without = (who: string, ...names: (Actor | 'anonymous')[]): string => who.split(' ').filter((name) => !names.includes(name as Actor)).join(' ')

type Shape = TSchema & {
  properties?: Record<string, Shape>, required?: string[], enum?: unknown[], const?: unknown, anyOf?: Shape[], type?: string, pattern?: string
  minLength?: number, minimum?: number, minItems?: number, items?: Shape
}

/** An id that belongs to nothing. */
export const unknownId = 'zzzzzzzzzzzzzzzzzzzzzzzzzz'

const named: Readonly<Record<string, (target: Target) => unknown>> = {
  rootId: () => '',
  userIds: ({ userId }) => [userId], channelIds: ({ channelId }) => [channelId], teamIds: ({ teamId }) => [teamId], postIds: ({ postId }) => [postId],
  usernames: ({ username }) => [username], emails: ({ email }) => [email],
}

/** The least input that fits a schema and is about the target, as far as names of fields tell. */
export function fill(schema: TSchema, target: Target): Record<string, unknown> {
  const { properties = {}, required = [] } = schema as Shape
  const values = target as unknown as Record<string, unknown>
  return Object.fromEntries(required.map((name) => [name, named[name]?.(target) ?? (typeof values[name] === 'string' ? values[name] : sample(properties[name] as Shape, target))]))
}

function sample(shape: Shape, target: Target): unknown {
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return shape.enum[0]
  if (shape.anyOf) return sample(shape.anyOf[0] as Shape, target)
  if (shape.type === 'string') return shape.pattern === '^[a-z0-9]{26}$' ? unknownId : 'a'.repeat(Math.max(3, shape.minLength ?? 0))
  if (shape.type === 'integer' || shape.type === 'number') return Math.max(0, shape.minimum ?? 0)
  if (shape.type === 'boolean') return false
  if (shape.type === 'array') return Array.from({ length: shape.minItems ?? 0 }, () => sample(shape.items as Shape, target))
  return shape.type === 'object' ? fill(shape, target) : null
}
