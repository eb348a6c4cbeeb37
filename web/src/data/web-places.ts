import type { PluginBinding, PluginWeb, WebPartContribution, WebSlot } from '@rookery/sdk/protocol'

/** What is there around a place where plugins show. */
export interface WebSurroundings {
  readonly teamId?: string
  readonly channel?: { readonly id: string, readonly teamId: string, readonly type: string }
  readonly post?: { readonly type: string }
}

/** A part, and whose it is. */
export interface ShownPart { readonly web: PluginWeb, readonly part: WebPartContribution, readonly key: string }

export const partKey = (pluginId: string, name: string): string => `${pluginId}.${name}`

/** Names of parts have no dots; ids may. */
export function readPartKey(key: string): { readonly pluginId: string, readonly name: string } {
  const at = key.lastIndexOf('.')
  return { pluginId: key.slice(0, Math.max(at, 0)), name: key.slice(at + 1) }
}

/** Where a plugin is at work; in direct and group messages only with leave. Places that are in no team are everybody's. */
function reaches({ scope, ids = [] }: PluginBinding, isInDirect: boolean, { teamId, channel }: WebSurroundings): boolean {
  if (channel && channel.teamId === '' && (!isInDirect || scope === 'teams')) return false
  if (scope === 'server') return true
  if (scope === 'channels') return channel === undefined || ids.includes(channel.id)
  const team = channel?.teamId || teamId
  return !team || ids.includes(team)
}

/** Whether a part is shown there; parts for admins are told to admins alone. */
export function isShownAt({ binding, isInDirect }: PluginWeb, { when }: WebPartContribution, around: WebSurroundings): boolean {
  if (!reaches(binding, isInDirect, around)) return false
  if (when?.channels && !(around.channel && when.channels.some((type) => type === around.channel?.type))) return false
  return !(when?.posts && !(around.post && when.posts.includes(around.post.type)))
}

export const partsAt = (plugins: readonly PluginWeb[], slot: WebSlot, around: WebSurroundings): readonly ShownPart[] =>
  plugins.flatMap((web) => web.parts.filter((part) => part.slot === slot && isShownAt(web, part, around)).map((part) => ({ web, part, key: partKey(web.pluginId, part.name) })))
