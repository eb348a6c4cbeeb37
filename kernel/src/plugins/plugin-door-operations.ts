import {
  maximumRouteAnswerBytes, maximumRouteInputBytes, pluginsCallAction, pluginsCallRoute, RookeryError, type ActionContribution, type InputOf, type PluginAnswer,
} from '@rookery/sdk/protocol'
import type { Access } from '../auth/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { PluginPermissions } from './permissions/index.ts'
import type { PluginDoors } from './plugin-doors.ts'
import { findRoute, type FoundRoute } from './route-matcher.ts'
import type { Runtime } from './runtime.ts'

interface Parts {
  readonly access: Access
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly permissions: PluginPermissions
  readonly doors: PluginDoors
}

const standardRouteMs = 10_000
const actionMs = 10_000

/** What would let a plugin act as whoever asks, or speak for the server. */
const withheldHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-csrf-token', 'proxy-authorization'])
/**
 * What a plugin may say of its answer. Some other headers speak for the whole address (cookies, reports, policies,
 * passwords), or to the proxy in front, which would open files for them: so these are named, and not those.
 */
const toldHeaders = /^(cache-control|content-disposition|content-language|content-type|etag|expires|last-modified|location|retry-after|vary|x-.*)$/
const refusedHeaders = /^x-(accel-.*|sendfile.*|lighttpd-.*|reproxy-.*|frame-options|content-type-options|xss-protection|dns-prefetch-control|permitted-cross-domain-policies|forwarded-.*|real-ip|original-.*|rewrite-.*|http-method.*|request-id|csrf-token)$/
/** A page of this server, or one elsewhere that is spoken to over HTTP. */
const locationForm = /^(https?:\/\/|\/(?![/\\])|\.{1,2}\/|[?#])/

/** Addresses and actions of plugins, asked for by clients. */
export function createPluginDoorOperations({ access, runtime, permissions, doors }: Parts): AnyImplementation[] {
  const findFor = async (context: Context, { pluginId, method, path }: InputOf<typeof pluginsCallRoute>): Promise<{ plugin: InstalledPlugin, capability: string } & FoundRoute> => {
    const plugin = doors.running(pluginId)
    const found = findRoute(plugin.manifest.contributes.routes, method, path)
    // What was not granted is not there.
    const capability = found?.route.session === 'public' ? 'routes:public' : 'routes'
    if (!found || !Object.hasOwn(plugin.granted, capability)) {
      if (context.actor.kind === 'anonymous') throw new RookeryError('not_signed_in')
      throw new RookeryError('plugin_route_not_found', { plugin: pluginId })
    }
    if (found.route.session === 'required') access.userId(context)
    await permissions.assertHeld(context, plugin, found.route.permission)
    return { plugin, capability, ...found }
  }

  return [
    implement(pluginsCallRoute, {
      access: findFor,
      async handle(context, { method, path, query = {}, headers = {}, body = '', bodyEncoding = 'utf8' }, { plugin, capability, route, parameters }) {
        if (Buffer.byteLength(body, bodyEncoding) > maximumRouteInputBytes) throw new RookeryError('body_too_large', { limitBytes: maximumRouteInputBytes })
        const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => !withheldHeaders.has(name)))
        const answer = await doors.pass(plugin, context, () => runtime.invoke(plugin, `route ${route.method} ${route.path}`, { method, path, parameters, query, headers: shown, body, bodyEncoding }, {
          capability, deadlineMs: route.deadlineMs ?? standardRouteMs, mayBeLarge: true, trigger: context,
        }))
        return readAnswer(plugin.id, answer)
      },
    }),
    implement(pluginsCallAction, {
      async access(context, { pluginId, name }): Promise<{ plugin: InstalledPlugin, action: ActionContribution }> {
        access.userId(context)
        const plugin = doors.running(pluginId)
        const action = plugin.manifest.contributes.actions.find((each) => each.name === name)
        if (!action || !Object.hasOwn(plugin.granted, 'realtime')) throw new RookeryError('plugin_action_not_found', { plugin: pluginId, action: name })
        await permissions.assertHeld(context, plugin, action.permission)
        return { plugin, action }
      },
      handle: async (context, { data = {} }, { plugin, action }) => ({
        answer: await doors.pass(plugin, context, () => runtime.invoke(plugin, `action ${action.name}`, data, { capability: 'realtime', deadlineMs: actionMs, trigger: context })) ?? null,
      }),
    }),
  ]
}

/** A plugin may answer what it likes, but not what changes how the browser treats this server. */
function readAnswer(plugin: string, answer: unknown): PluginAnswer {
  const fail = (message: string): never => { throw new RookeryError('plugin_failed', { plugin }, { cause: new Error(message) }) }
  if (typeof answer !== 'object' || answer === null) fail('a route answers with an object')
  const { status = 200, headers = {}, json, text, base64 } = answer as Record<string, unknown>
  if (!Number.isInteger(status) || (status as number) < 200 || (status as number) > 599) fail('a status lies between 200 and 599')
  if (typeof headers !== 'object' || headers === null) fail('headers are an object')
  const told: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers as object)) {
    const lower = name.toLowerCase()
    if (!/^[a-z0-9-]{1,100}$/.test(lower) || typeof value !== 'string' || /[^\t\x20-\x7e]/.test(value) || value.length > 8000) fail(`the header ${lower.slice(0, 100)} cannot be sent`)
    if (!toldHeaders.test(lower) || refusedHeaders.test(lower)) continue
    if (lower === 'location' && !locationForm.test(value as string)) fail('a location is an address of HTTP')
    told[lower] = value as string
  }
  const isBinary = typeof base64 === 'string'
  const body = json !== undefined ? JSON.stringify(json) : isBinary ? base64 : typeof text === 'string' ? text : ''
  told['content-type'] ??= json !== undefined ? 'application/json' : isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8'
  if (body.length > maximumRouteAnswerBytes) fail('the answer is too large')
  return { status: status as number, headers: told, body, bodyEncoding: json === undefined && isBinary ? 'base64' : 'utf8' }
}
