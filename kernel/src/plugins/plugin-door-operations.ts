import {
  maximumRouteAnswerBytes, maximumRouteInputBytes, pluginsCallAction, pluginsCallRoute, RookeryError, type ActionContribution, type InputOf, type PluginAnswer,
} from '@rookery/sdk/protocol'
import type { Access } from '../auth/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { PluginPermissions } from './permissions/index.ts'
import type { Registry } from './registry.ts'
import { findRoute, type FoundRoute } from './route-matcher.ts'
import type { Runtime } from './runtime.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly permissions: PluginPermissions
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

/** Of one plugin, under way at its doors: the others of its places are for what it hears and does itself. And of one caller. */
const maximumAtDoors = 24
const maximumOfCaller = 8

/** Addresses and actions of plugins, asked for by clients. */
export function createPluginDoorOperations({ access, registry, runtime, permissions }: Parts): AnyImplementation[] {
  /** Who asks for a plugin that does not run hears the same as where there is none, unless it is there. */
  const running = (pluginId: string): InstalledPlugin => {
    const plugin = registry.find(pluginId)
    if (plugin.state === 'upgrading') throw new RookeryError('plugin_unavailable', { plugin: pluginId, retryAfterSeconds: 1 })
    if (plugin.state !== 'enabled') throw new RookeryError('plugin_not_enabled', { plugin: pluginId })
    return plugin
  }

  const findFor = async (context: Context, { pluginId, method, path }: InputOf<typeof pluginsCallRoute>): Promise<{ plugin: InstalledPlugin } & FoundRoute> => {
    const plugin = running(pluginId)
    const found = findRoute(plugin.manifest.contributes.routes, method, path)
    // What was not granted is not there.
    const capability = found?.route.session === 'public' ? 'routes:public' : 'routes'
    if (!found || !Object.hasOwn(plugin.granted, capability)) {
      if (context.actor.kind === 'anonymous') throw new RookeryError('not_signed_in')
      throw new RookeryError('plugin_route_not_found', { plugin: pluginId })
    }
    if (found.route.session === 'required') access.userId(context)
    await permissions.assertHeld(context, plugin, found.route.permission)
    return { plugin, ...found }
  }

  const underWay = new Map<string, number>()
  /** Whoever asks again and again before there is an answer leaves places for others. */
  const throughDoor = async <Value>({ id }: InstalledPlugin, { actor, address }: Context, work: () => Promise<Value>): Promise<Value> => {
    const caller = `${id} ${actor.kind === 'user' ? actor.userId : address}`
    if ((underWay.get(caller) ?? 0) >= maximumOfCaller) throw new RookeryError('rate_limited', { retryAfterSeconds: 1 })
    if ((underWay.get(id) ?? 0) >= maximumAtDoors) throw new RookeryError('plugin_unavailable', { plugin: id, retryAfterSeconds: 1 })
    const add = (key: string, by: number): void => {
      const count = (underWay.get(key) ?? 0) + by
      if (count > 0) underWay.set(key, count)
      else underWay.delete(key)
    }
    add(caller, 1)
    add(id, 1)
    try {
      return await work()
    } finally {
      add(caller, -1)
      add(id, -1)
    }
  }

  return [
    implement(pluginsCallRoute, {
      access: findFor,
      async handle(context, { method, path, query = {}, headers = {}, body = '', bodyEncoding = 'utf8' }, { plugin, route, parameters }) {
        if (Buffer.byteLength(body, bodyEncoding) > maximumRouteInputBytes) throw new RookeryError('body_too_large', { limitBytes: maximumRouteInputBytes })
        const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => !withheldHeaders.has(name)))
        const answer = await throughDoor(plugin, context, () => runtime.invoke(plugin, `route ${route.method} ${route.path}`, { method, path, parameters, query, headers: shown, body, bodyEncoding }, {
          deadlineMs: route.deadlineMs ?? standardRouteMs, trigger: context,
        }))
        return readAnswer(plugin.id, answer)
      },
    }),
    implement(pluginsCallAction, {
      async access(context, { pluginId, name }): Promise<{ plugin: InstalledPlugin, action: ActionContribution }> {
        access.userId(context)
        const plugin = running(pluginId)
        const action = plugin.manifest.contributes.actions.find((each) => each.name === name)
        if (!action || !Object.hasOwn(plugin.granted, 'realtime')) throw new RookeryError('plugin_action_not_found', { plugin: pluginId, action: name })
        await permissions.assertHeld(context, plugin, action.permission)
        return { plugin, action }
      },
      handle: async (context, { data = {} }, { plugin, action }) => ({
        answer: await throughDoor(plugin, context, () => runtime.invoke(plugin, `action ${action.name}`, data, { deadlineMs: actionMs, trigger: context })) ?? null,
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
