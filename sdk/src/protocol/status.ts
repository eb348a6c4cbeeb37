import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, OneOf } from './schema.ts'

const IdOrNone = Type.Union([Id, Type.Literal('')])

const StatusName = OneOf('online', 'away', 'dnd', 'offline')
export type StatusName = Static<typeof StatusName>

/** Whether somebody is there and may be disturbed. */
export const Status = Fields({
  userId: Id,
  status: StatusName,
  /** Chosen by its owner, so that coming, going and idling do not change it. */
  isManual: Type.Boolean(),
  lastActivityAt: At,
  /** When do-not-disturb ends by itself; 0 for never. */
  dndEndAt: At,
})
export type Status = Static<typeof Status>

export const statusesGet = defineOperation({
  name: 'statuses.get', summary: 'Reads the status of an account.', safe: true, capability: 'users:read',
  input: Fields({ userId: Id }), output: Status, errors: ['user_not_found'],
})

export const statusesListByIds = defineOperation({
  name: 'statuses.listByIds', summary: 'Reads the statuses of several accounts; whoever was never there is offline.', safe: true, capability: 'users:read',
  input: Fields({ userIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }) }), output: Type.Array(Status),
})

/** As many people as one screen shows. */
export const maximumWatched = 200

export const statusesWatch = defineOperation({
  name: 'statuses.watch',
  summary: 'Asks to be told on this websocket of the statuses of a few people from now on, instead of those asked for before; answers them as they are.',
  input: Fields({ userIds: Type.Array(Id, { maxItems: maximumWatched }) }), output: Type.Array(Status), errors: ['not_a_socket'],
})

export const statusesList = defineOperation({
  name: 'statuses.list', summary: 'Lists the statuses of all who are not offline.', safe: true,
  input: Fields({}), output: Type.Array(Status),
})

export const statusesUpdate = defineOperation({
  name: 'statuses.update',
  summary: 'Sets the status of an account by hand; online gives it back to coming, going and idling. dndEndAt ends do-not-disturb.', capability: 'statuses:write',
  input: Fields({ userId: Id, status: StatusName, dndEndAt: Type.Optional(At) }), output: Status, errors: ['user_not_found'],
})

export const statusesSetActive = defineOperation({
  name: 'statuses.setActive', summary: 'Tells that the actor works with a client or has left it.',
  input: Fields({ isActive: Type.Boolean(), isManual: Type.Optional(Type.Boolean()) }), output: Done,
})

export const presenceLook = defineOperation({
  name: 'presence.look', summary: 'Tells what the actor has open on its connection: \'\' is nothing, what is left out stays as it was.',
  input: Fields({ channelId: Type.Optional(IdOrNone), teamId: Type.Optional(IdOrNone), threadChannelId: Type.Optional(IdOrNone) }), output: Done,
})

export const statusChanged = defineEvent({
  name: 'status.changed', summary: 'The status of an account changed; told to its owner, and to whoever watches it.', durable: false, payload: Fields({ userId: Id, status: StatusName }),
})
