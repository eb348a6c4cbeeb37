import { presenceLook, statusesGet, statusesList, statusesListByIds, statusesSetActive, statusesUpdate, statusesWatch, type Status } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import type { Looks } from './looks.ts'
import type { Listening, Presence } from './presence.ts'
import type { StatusRecord, StatusStore } from './status-store.ts'

interface Parts extends Pick<ChatParts, 'access'> { readonly store: StatusStore, readonly presence: Presence, readonly looks: Looks, readonly listening: Listening }

const shown = ({ userId, status, isManual, lastActivityAt, dndEndAt }: StatusRecord): Status => ({ userId, status, isManual, lastActivityAt, dndEndAt })

/** Who is there. */
export function createStatuses({ access, store, presence, looks, listening }: Parts): AnyImplementation[] {
  const read = async (userIds: readonly string[], visible: ReadonlySet<string> | undefined): Promise<Status[]> => {
    const asked = [...new Set(userIds)].filter((id) => !visible || visible.has(id))
    await store.ensure(asked)
    return asked.map((userId) => shown(store.get(userId)))
  }
  return [
    implement(statusesGet, {
      access: (context, { userId }) => access.user(context, userId),
      async handle(_context, { userId }) {
        await store.ensure([userId])
        return shown(store.get(userId))
      },
    }),
    implement(statusesListByIds, {
      access: (context) => access.visibleUserIds(context),
      handle: (_context, { userIds }, visible) => read(userIds, visible),
    }),
    implement(statusesWatch, {
      access: async (context) => ({ myId: access.userId(context), visible: await access.visibleUserIds(context) }),
      handle({ connectionId }, { userIds }, { myId, visible }) {
        // What changes while the statuses are read is told already.
        listening.watch(myId, connectionId, [...new Set(userIds)].filter((id) => !visible || visible.has(id)))
        return read(userIds, visible)
      },
    }),
    implement(statusesList, {
      access: (context) => access.visibleUserIds(context),
      handle: (_context, _input, visible) => [...store.held()].filter(({ userId, status }) => status !== 'offline' && (!visible || visible.has(userId))).map(shown),
    }),
    implement(statusesUpdate, {
      access: (context, { userId }) => access.self(context, userId),
      handle: async (_context, { userId, status, dndEndAt }) => shown(await presence.choose(userId, status, dndEndAt)),
    }),
    implement(statusesSetActive, {
      access: (context) => access.userId(context),
      async handle(_context, { isActive, isManual = false }, userId) {
        if (isManual) await presence.choose(userId, isActive ? 'online' : 'away')
        else if (isActive) presence.noteActivity(userId)
        else await presence.noteIdle(userId)
        return {}
      },
    }),
    implement(presenceLook, {
      access: (context) => access.userId(context),
      handle(context, look, userId) {
        looks.note(userId, context.connectionId, look)
        return {}
      },
    }),
  ]
}
