import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { Fields, OneOf, Props, Text } from './schema.ts'

/** Text where the bytes are UTF-8, else base64. */
const body = { body: Type.String(), bodyEncoding: OneOf('utf8', 'base64') }

export const PluginAnswer = Fields({ status: Type.Integer({ minimum: 200, maximum: 599 }), headers: Type.Record(Type.String(), Type.String()), ...body })
export type PluginAnswer = Static<typeof PluginAnswer>

/** Of one body that a plugin takes in, and of one that it gives. */
export const maximumRouteInputBytes = 1024 * 1024
export const maximumRouteAnswerBytes = 8 * 1024 * 1024

export const pluginsCallRoute = defineOperation({
  name: 'plugins.callRoute', session: 'optional',
  summary: 'Asks at an address of a plugin, as HTTP does below /plugins/<id>/. The plugin says which there are and who may ask.',
  input: Fields({
    pluginId: PluginId, method: OneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'), path: Text(2000), query: Type.Optional(Type.Record(Text(200), Text(4000), { maxProperties: 100 })),
    headers: Type.Optional(Type.Record(Text(100), Text(8000), { maxProperties: 100 })), body: Type.Optional(Text(Math.ceil(maximumRouteInputBytes * 4 / 3) + 4)), bodyEncoding: Type.Optional(OneOf('utf8', 'base64')),
  }),
  output: PluginAnswer, errors: ['plugin_not_found', 'plugin_not_enabled', 'plugin_route_not_found', 'plugin_unavailable', 'plugin_timed_out', 'plugin_failed'],
})

export const pluginsCallAction = defineOperation({
  name: 'plugins.callAction', summary: 'Asks a plugin over a websocket for one of its actions.',
  input: Fields({ pluginId: PluginId, name: Text(64), data: Type.Optional(Props) }), output: Fields({ answer: Type.Unknown() }),
  errors: ['plugin_not_found', 'plugin_not_enabled', 'plugin_action_not_found', 'plugin_unavailable', 'plugin_timed_out', 'plugin_failed'],
})

export const pluginEvent = defineEvent({
  name: 'plugin.event', summary: 'A plugin tells clients something of its own.', durable: false,
  payload: Fields({ pluginId: PluginId, event: Type.String(), data: Props }),
})
