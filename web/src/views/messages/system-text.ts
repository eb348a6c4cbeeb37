import type { Post } from '@rookery/sdk/protocol'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const nameOf = (value: unknown): string => (textOf(value) ? `@${textOf(value)}` : '')

/** The types that have words of their own, each with its key below `messages.system`. */
const words: Readonly<Record<string, string>> = {
  system_join_channel: 'joinedChannel', system_guest_join_channel: 'joinedChannelAsGuest', system_leave_channel: 'leftChannel', system_add_to_channel: 'addedToChannel', system_add_guest_to_chan: 'addedToChannelAsGuest',
  system_remove_from_channel: 'removedFromChannel', system_join_team: 'joinedTeam', system_leave_team: 'leftTeam', system_add_to_team: 'addedToTeam', system_remove_from_team: 'removedFromTeam',
  system_channel_deleted: 'archived', system_channel_restored: 'restored', system_gm_to_channel: 'becameChannel',
}
const changes: Readonly<Record<string, string>> = { system_displayname_change: 'displayname', system_header_change: 'header', system_purpose_change: 'purpose' }

/** As the server says it apart from the message; of what was stored before it did, the message tells, in the language of the server. */
export const hasBecomePrivate = ({ props, message }: Pick<Post, 'props' | 'message'>): boolean => (typeof props['new_type'] === 'string' ? props['new_type'] === 'P' : /privat|خاصة/i.test(message))

export interface SystemWords { readonly key: string, readonly values: Readonly<Record<string, string>> }

/** Which words say what the server told, and with whom; undefined for types that are not known here: their own text is shown. */
export function systemWords(post: Pick<Post, 'type' | 'props' | 'message'>): SystemWords | undefined {
  const { type, props } = post
  const person = nameOf(props['username'])
  const values = { person: person || nameOf(props['removedUsername']), other: nameOf(props['addedUsername']) }
  const changed = changes[type]
  if (changed) {
    const [before, after] = [textOf(props[`old_${changed}`]), textOf(props[`new_${changed}`])]
    if (!person || (!before && !after)) return undefined
    return { key: `messages.system.${changed}.${before === '' ? 'set' : after === '' ? 'removed' : 'changed'}`, values: { person, before, after } }
  }
  if (type === 'system_change_chan_privacy') return { key: `messages.system.${hasBecomePrivate(post) ? 'becamePrivate' : 'becamePublic'}`, values: {} }
  const word = words[type]
  return word && values.person ? { key: `messages.system.${word}`, values } : undefined
}

export const isSystem = ({ type }: Pick<Post, 'type'>): boolean => type.startsWith('system_') && type !== ephemeralType

/** Shown to one reader only, and stored nowhere. */
export const ephemeralType = 'system_ephemeral'
