import { Type, type TSchema } from 'typebox'

/** An identifier: 26 characters of [a-z0-9], ordered by time (UUIDv7 in base32hex). */
export const Id = Type.String({ pattern: '^[a-z0-9]{26}$', description: 'identifier, 26 characters [a-z0-9]' })

/** A moment in milliseconds since 1970; 0 where it has not happened. */
export const At = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'milliseconds since 1970, 0 for never' })

/** A count that never falls below zero. */
export const Count = Type.Integer({ minimum: 0 })

/** Text of at most `maxLength` UTF-16 units; longer input is refused before it reaches a handler. */
export const Text = (maxLength: number, options: Record<string, unknown> = {}) => Type.String({ maxLength, ...options })

/** Free-form JSON object kept as it came. Its size is bounded by the operation that takes it. */
export const Props = Type.Record(Type.String(), Type.Unknown())

/** What a plugin keeps on something: names it gives itself, null to take one away. What is left out stays. */
export const OwnProps = Type.Record(Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$' }), Type.Unknown(), { minProperties: 1, maxProperties: 50, additionalProperties: false })

/** Number of the page, from 0. */
export const Page = Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 })

/** Items on a page. */
export const PerPage = Type.Integer({ minimum: 0, maximum: 1000, default: 60 })

/** A string that is one of the given words. */
export const OneOf = <const Words extends readonly string[]>(...words: Words) => Type.Unsafe<Words[number]>({ enum: words })

/** An object that refuses fields it does not know. */
export const Fields = <Properties extends Record<string, TSchema>>(properties: Properties, options: Record<string, unknown> = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options })

/** The answer of operations that have nothing to say but that they are done. */
export const Done = Fields({})
