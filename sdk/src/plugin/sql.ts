import type { PluginActor } from './plugin-actor.ts'
import type { Json } from './json.ts'

declare const readableMark: unique symbol

/** Stands for the channels that somebody may read; the server puts their ids in its place. */
export interface Readable { readonly [readableMark]: true }

/** Lists of plain values become arrays of the database, all other lists and objects JSON. */
export type SqlValue = Json | Readable

/** What is sent: what stands between the values, and each value so that data cannot pass for anything else. */
export interface SqlStatement {
  readonly parts: readonly string[]
  readonly values: readonly ({ readonly value: Json } | { readonly readable: true })[]
}

class ReadableChannels {}

/** `where channel_id = any(${readable(actor)})`: only of what whoever made the handler run may read. Empty where nobody in particular did. */
export const readable = (_actor: PluginActor): Readable => new ReadableChannels() as unknown as Readable

/** A statement for `db.batch`. */
export function sql(parts: TemplateStringsArray, ...values: readonly SqlValue[]): SqlStatement {
  return {
    parts: [...parts],
    values: values.map((value, index) => {
      if (value === undefined) throw new TypeError(`The value after "${parts[index]?.trim().split(/\s+/).slice(-4).join(' ')}" is undefined; use null for "no value".`)
      return value instanceof ReadableChannels ? { readable: true } : { value: value as Json }
    }),
  }
}
