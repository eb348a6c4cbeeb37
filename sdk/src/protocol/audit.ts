import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { At, Fields, Id, Props, Text } from './schema.ts'

/** Something that somebody has to answer for. It outlives the plugin that recorded it. */
export const AuditEvent = Fields({
  id: Id, at: At, pluginId: PluginId,
  /** One of the events that the plugin says it records. */
  event: Type.String(),
  /** What it is called, in the reader's language; the name of the event where the plugin is gone. */
  title: Type.String(),
  /** Who made the plugin do it, '' where it did so by itself; and from where. */
  userId: Type.String(), address: Type.String(),
  details: Props,
})
export type AuditEvent = Static<typeof AuditEvent>

export const auditList = defineOperation({
  name: 'audit.list', summary: 'Lists what plugins recorded for those who have to answer for this server, the newest first, a page at a time.', safe: true,
  input: Fields({
    pluginId: Type.Optional(PluginId), event: Type.Optional(Text(64)), userId: Type.Optional(Id), beforeId: Type.Optional(Id), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 60 })),
  }),
  output: Type.Array(AuditEvent),
})
