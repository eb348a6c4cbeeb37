import { RookeryError } from '@rookery/sdk/protocol'
import type { Emit, Writer } from '../events/index.ts'
import { actorIdOf, type Context } from '../operations/index.ts'
import type { Transaction } from '../storage/index.ts'

/** In characters of its JSON: what one plugin keeps on one thing is delivered with it, again and again. */
export const maximumPluginPropsLength = 16_384

type PluginProps = Readonly<Record<string, unknown>>

/** The plugin that asks: each has a place of its own. */
export function askingPlugin({ actor }: Context): string {
  if (actor.kind !== 'user' || !actor.plugin) throw new RookeryError('only_for_plugins')
  return actor.plugin.pluginId
}

/** The props of a thing with changes of one plugin's in them; the same object where nothing changes. */
export function withPluginProps(present: PluginProps, pluginId: string, changes: Readonly<Record<string, unknown>>): PluginProps {
  const before = (Object.hasOwn(present, pluginId) ? present[pluginId] : {}) as PluginProps
  const after = Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null))
  const text = JSON.stringify(after)
  if (text.length > maximumPluginPropsLength) throw new RookeryError('props_too_large', { maximum: maximumPluginPropsLength })
  if (text === JSON.stringify(before)) return present
  const { [pluginId]: _replaced, ...others } = present
  return Object.keys(after).length > 0 ? { ...others, [pluginId]: after } : others
}

/** One thing on which plugins keep something. */
interface PropsOf<Thing> {
  /** Reads it, locked until the transaction ends. */
  lock(transaction: Transaction): Promise<Thing>
  store(transaction: Transaction, pluginProps: PluginProps): Promise<Thing>
  tell(emit: Emit, thing: Thing): void
}

/** Changes what the plugin that asks keeps on a thing; who shows the thing is told where something changed. */
export async function changePluginProps<Thing extends { readonly pluginProps: PluginProps }>(
  writer: Writer, context: Context, pluginId: string, changes: Readonly<Record<string, unknown>>, { lock, store, tell }: PropsOf<Thing>,
): Promise<Record<string, never>> {
  await writer.write(async (transaction, emit) => {
    const before = (await lock(transaction)).pluginProps
    const after = withPluginProps(before, pluginId, changes)
    if (after !== before) tell(emit, await store(transaction, after))
  }, { actorId: actorIdOf(context) })
  return {}
}
