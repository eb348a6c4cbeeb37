import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { Fields, Props } from './schema.ts'

/** A kind of posts that a plugin brings along. */
export const PostKind = Fields({
  /** As posts have it. */
  type: Type.String(), pluginId: PluginId, name: Type.String(), title: Type.String(), description: Type.String(),
  /** JSON Schema of the props of such posts. */
  props: Props,
})
export type PostKind = Static<typeof PostKind>

export const pluginsListPostKinds = defineOperation({
  name: 'plugins.listPostKinds', summary: 'Lists the kinds of posts that plugins which are enabled bring along.', safe: true, input: Fields({}), output: Type.Array(PostKind),
})
