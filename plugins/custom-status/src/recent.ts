import { CallError } from '@rookery/sdk/plugin'
import type { CustomStatus } from '@rookery/sdk/protocol'
import type { Context } from './context.ts'

/** Mattermost's clients keep and read the list here, so it is there for them and for nobody else. */
const category = 'custom_status'
const name = 'recent_custom_statuses'
const maximumRecent = 5
const never = '0001-01-01T00:00:00Z'

interface Written { readonly emoji: string, readonly text: string, readonly duration: string, readonly expires_at: string }

const write = ({ emoji, text, duration, expiresAt }: CustomStatus): Written => ({ emoji, text, duration, expires_at: expiresAt > 0 ? new Date(expiresAt).toISOString() : never })

function read(entry: unknown): CustomStatus[] {
  const { emoji, text, duration = '', expires_at: expiry = never } = Object(entry) as Partial<Written>
  if (typeof emoji !== 'string' || typeof text !== 'string') return []
  return [{ emoji, text, duration: duration as CustomStatus['duration'], expiresAt: Math.max(0, Date.parse(expiry) || 0) }]
}

/** What an account said lately, the latest first. Clients write it too, so nothing in it is certain. */
export async function listRecent(userId: string, { asActor }: Context): Promise<CustomStatus[]> {
  try {
    const list: unknown = JSON.parse((await asActor.preferences.get({ userId, category, name })).value)
    return Array.isArray(list) ? list.slice(0, maximumRecent).flatMap(read) : []
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof CallError && error.code === 'preference_not_found')) return []
    throw error
  }
}

const save = async (userId: string, recent: readonly CustomStatus[], { asActor }: Context): Promise<void> => {
  await asActor.preferences.save({ userId, preferences: [{ category, name, value: JSON.stringify(recent.map(write)) }] })
}

/** The same words are there once, as they were said last. */
export async function addRecent(userId: string, status: CustomStatus, context: Context): Promise<void> {
  const others = (await listRecent(userId, context)).filter(({ text }) => text !== status.text)
  await save(userId, [status, ...others].slice(0, maximumRecent), context)
}

export async function removeRecent(userId: string, said: { readonly emoji: string, readonly text: string }, context: Context): Promise<void> {
  const before = await listRecent(userId, context)
  const after = before.filter(({ emoji, text }) => emoji !== said.emoji || text !== said.text)
  if (after.length < before.length) await save(userId, after, context)
}
