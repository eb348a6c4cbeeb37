import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { PluginBinding, PluginId } from './plugin.ts'
import { WebPartContribution } from './plugin-web.ts'
import { Fields } from './schema.ts'

/** What one plugin shows in the web app, in the reader's language. */
export const PluginWeb = Fields({
  pluginId: PluginId,
  name: Type.String(),
  version: Type.String(),
  /** It came with the release: what the page has a module for is drawn in the page itself. */
  isOfRelease: Type.Boolean(),
  /** Address of the document for a frame in which its views are drawn; '' where it has no web code. */
  frame: Type.String(),
  /** Nothing of it is shown elsewhere. */
  binding: PluginBinding,
  /** Also in direct and group messages. */
  isInDirect: Type.Boolean(),
  parts: Type.Array(WebPartContribution),
})
export type PluginWeb = Static<typeof PluginWeb>

export const pluginsListWebParts = defineOperation({
  name: 'plugins.listWebParts', summary: 'Lists what plugins that are enabled show in the web app.', safe: true, input: Fields({}), output: Type.Array(PluginWeb),
})

export const pluginsGetWebTexts = defineOperation({
  name: 'plugins.getWebTexts', summary: "Reads the sentences of a plugin's web parts, those whose keys begin with `web.`, in the language of whoever asks.", safe: true,
  input: Fields({ pluginId: PluginId }), output: Fields({ texts: Type.Record(Type.String(), Type.String()) }), errors: ['plugin_not_found', 'plugin_not_enabled', 'plugin_unavailable'],
})

/** A hint: who was away reads the list again. */
export const pluginWebPartsChanged = defineEvent({
  name: 'plugin.webPartsChanged', summary: 'What a plugin shows in the web app is there, is gone, or is another.', durable: false,
  payload: Fields({ pluginId: PluginId, version: Type.String(), isThere: Type.Boolean() }),
})
