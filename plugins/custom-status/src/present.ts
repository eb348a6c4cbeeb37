import { CallError, Refusal } from '@rookery/sdk/plugin'
import type { CustomStatus, customStatusProperty } from '@rookery/sdk/protocol'
import type { Context } from './context.ts'
import { addRecent } from './recent.ts'
import { readStatus, type Said } from './status-form.ts'

const property: typeof customStatusProperty = 'customStatus'
const pluginId = 'custom-status'

/** What an account says at present. */
export async function findPresent(userId: string, { users }: Context): Promise<CustomStatus | undefined> {
  const { pluginProps } = await users.get({ userId })
  return (pluginProps[pluginId] as { [property]?: CustomStatus } | undefined)?.[property]
}

export async function setStatus(userId: string, said: Said, context: Context): Promise<CustomStatus> {
  const status = readStatus(said, Date.now())
  await assertEmoji(status.emoji, context)
  const show = (): Promise<unknown> => context.users.setProps({ userId, props: { [property]: status } })
  // The job is kept before anybody sees the status: whatever is shown ends, even where this is refused or breaks off in between.
  if (status.expiresAt > 0) {
    await context.jobs.put('expire', userId, { dueAt: status.expiresAt })
    await show()
  } else await Promise.all([show(), context.jobs.remove('expire', userId)])
  await addRecent(userId, status, context)
  return status
}

export async function clearStatus(userId: string, { users, jobs }: Context): Promise<void> {
  await Promise.all([users.setProps({ userId, props: { [property]: null } }), jobs.remove('expire', userId)])
}

/** Takes a status away that is over. One that goes on although its job has come was to give way to another, and never did. */
export async function expireStatus(userId: string, context: Context): Promise<void> {
  const { expiresAt = 0 } = await findPresent(userId, context) ?? {}
  if (expiresAt > Date.now()) await context.jobs.put('expire', userId, { dueAt: expiresAt })
  else if (expiresAt > 0) await hide(userId, context)
}

/** Where so many end at the same moment that the server cannot tell everybody of all of them at once, the others come after. */
async function hide(userId: string, { users, jobs }: Context): Promise<void> {
  try {
    await users.setProps({ userId, props: { [property]: null } })
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'plugin_over_quota') throw error
    await jobs.put('expire', userId, { dueAt: Date.now() + (error.retryAfterMs ?? 1000) })
  }
}

async function assertEmoji(name: string, { emoji }: Context): Promise<void> {
  if (!(await emoji.exists({ name })).isThere) throw new Refusal('custom_status_invalid', { fault: 'noEmoji', emoji: name, reason: `there is no emoji :${name}:` })
}
