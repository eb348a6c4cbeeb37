import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { FileInfo } from './file.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Props, Text } from './schema.ts'

const RootId = Type.Union([Id, Type.Literal('')])

/** What somebody has begun to write and not sent: one per channel and thread. */
export const Draft = Fields({
  userId: Id,
  channelId: Id,
  /** '' for the channel itself, else the thread's first post. */
  rootId: RootId,
  createAt: At,
  updateAt: At,
  message: Type.String(),
  type: Type.String(),
  props: Props,
  fileIds: Type.Array(Id),
  files: Type.Array(FileInfo),
  priority: Props,
})
export type Draft = Static<typeof Draft>

export const draftsList = defineOperation({
  name: 'drafts.list', summary: 'Lists the own drafts in a team and in direct and group channels, the latest first.', safe: true,
  input: Fields({ userId: Id, teamId: Id }), output: Type.Array(Draft), errors: ['team_not_found'],
})

export const draftsSave = defineOperation({
  name: 'drafts.save', summary: 'Keeps what the actor has begun to write; with neither text nor files the draft is deleted.',
  input: Fields({
    channelId: Id, rootId: Type.Optional(RootId), message: Text(65_535), type: Type.Optional(Text(26)), props: Type.Optional(Props),
    fileIds: Type.Optional(Type.Array(Id, { maxItems: 20 })), priority: Type.Optional(Props),
  }),
  output: Draft, errors: ['channel_not_found', 'can_not_post_to_archived', 'message_too_long', 'props_too_large', 'root_invalid', 'quota_reached'],
})

export const draftsDelete = defineOperation({
  name: 'drafts.delete', summary: 'Deletes an own draft; that there is none is no error.',
  input: Fields({ userId: Id, channelId: Id, rootId: Type.Optional(RootId) }), output: Done,
})

export const draftSaved = defineEvent({ name: 'draft.saved', summary: 'A draft was begun or changed.', payload: Fields({ draft: Draft, isNew: Type.Boolean() }) })
export const draftDeleted = defineEvent({ name: 'draft.deleted', summary: 'A draft was deleted or sent.', payload: Fields({ draft: Draft }) })
