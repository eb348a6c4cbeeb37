import type { Channel } from '@rookery/sdk/protocol'
import type { Access, Directory } from '../auth/index.ts'
import type { Context } from '../operations/index.ts'

type Fields = Readonly<Record<string, unknown>>

/** What people and plugins put there themselves: it names no places. */
const opaque: ReadonlySet<string> = new Set(['props', 'pluginProps', 'notifyProps'])
const idForm = /^[0-9a-v]{26}$/
const subjects: ReadonlySet<string> = new Set(['post', 'channel', 'team'])
const channelTypes: ReadonlySet<unknown> = new Set(['O', 'P', 'D', 'G'])

/**
 * Leaves out of an answer what lies where the plugin is not at work. Access doors judge what an operation names; lists of
 * all that somebody may see name nothing, so they are judged here, whatever operation it was. Undefined where the answer
 * itself lies elsewhere.
 */
export async function confineAnswer(value: unknown, context: Context, { access, directory }: { access: Access, directory: Directory }): Promise<unknown> {
  const known = new Map<string, boolean>()
  const isChannelWithin = async (id: string, channel: Pick<Channel, 'id' | 'teamId'> | undefined): Promise<boolean> => {
    let isWithin = known.get(id)
    if (isWithin === undefined) known.set(id, isWithin = channel !== undefined && await access.reachesChannel(context, channel))
    return isWithin
  }
  const isWithin = async (fields: Fields): Promise<boolean> => {
    const { id, type, channelId, teamId } = fields
    if (typeof channelId === 'string' && channelId !== '') return isChannelWithin(channelId, known.has(channelId) ? undefined : await directory.channels.get(channelId))
    if (typeof id === 'string' && typeof teamId === 'string' && channelTypes.has(type)) return isChannelWithin(id, { id, teamId })
    if (typeof teamId === 'string' && teamId !== '') return access.reachesTeam(context, teamId)
    return typeof id !== 'string' || !Object.hasOwn(fields, 'allowOpenInvite') || access.reachesTeam(context, id)
  }
  const confine = async (each: unknown): Promise<unknown> => {
    if (typeof each !== 'object' || each === null) return each
    if (Array.isArray(each)) {
      const kept: unknown[] = []
      for (const item of each as unknown[]) {
        const confined = await confine(item)
        if (confined !== undefined) kept.push(confined)
      }
      return kept
    }
    if (!(await isWithin(each as Fields))) return undefined
    const kept: [string, unknown][] = []
    for (const [name, field] of Object.entries(each)) {
      // Counts by channel.
      if (typeof field === 'number' && idForm.test(name)) {
        const channel = await directory.channels.get(name)
        if (channel && !(await isChannelWithin(name, channel))) continue
      }
      const confined = opaque.has(name) ? field : await confine(field)
      // What is about something that lies elsewhere lies there itself.
      if (confined === undefined && subjects.has(name) && field !== undefined) return undefined
      if (confined !== undefined) kept.push([name, confined])
    }
    return Object.fromEntries(kept)
  }
  return confine(value)
}
