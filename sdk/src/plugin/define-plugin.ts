import type { Contributions } from '../protocol/plugin-contributions.ts'
import { createGuestContext } from './guest-context.ts'
import { postTypeOf } from '../protocol/post-type.ts'
import { onInvocation, type Envelope } from './host.ts'
import { answerOrRefuse } from './refusal.ts'
import type { KnownCapabilities, ManifestForm } from './manifest.ts'
import type { PluginBuilder } from './plugin-builder.ts'

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] extends readonly (infer Item)[] ? Item[] : Value[Key] }
/** What some moments of a plugin's life are about. */
const wordOfMoment: Readonly<Record<string, string>> = { upgraded: 'from', exportUser: 'userId', eraseUser: 'userId' }

type Handle = (input: never, context: never) => unknown

/**
 * The one call of a plugin's module. `setup` runs once, when the module does, and says what the plugin adds; nothing can
 * be added later. What it says is written into the package, and the kernel goes by that.
 */
export function definePlugin<const M extends ManifestForm>(manifest: M & KnownCapabilities<M>, setup: (plugin: PluginBuilder<M>) => void): void {
  const contributes: Writable<Required<Contributions>> = { transforms: [], guards: [], observers: [], routes: [], commands: [], actions: [], jobs: [], provides: [], migrations: [], lifecycle: [], events: [], postKinds: [], permissions: [], operations: [], auditEvents: [], metrics: [], webParts: [] }
  const taken = new Set<string>()
  let isOpen = true

  const assertOpen = (name: string): void => {
    if (!isOpen) throw new Error(`${name} was added after the setup: a plugin says all that it adds at once`)
  }
  const handle = (name: string, handler: Handle): void => {
    assertOpen(name)
    if (taken.has(name)) throw new Error(`${name} is there already`)
    taken.add(name)
    onInvocation(name, (envelope: Envelope) => handler(envelope.input as never, createGuestContext(envelope) as never))
  }

  const builder = {
    guard(operation: string, options: object, handler: Handle) {
      handle(`guard ${operation}`, handler)
      contributes.guards.push({ operation, ...options } as never)
    },
    transform(operation: string, options: object, handler: Handle) {
      handle(`transform ${operation}`, handler)
      contributes.transforms.push({ operation, ...options } as never)
    },
    observe(event: string, options: { name?: string }, handler: Handle) {
      const { name = event } = options
      handle(`observe ${name}`, handler)
      contributes.observers.push({ event, ...options, name } as never)
    },
    route(method: string, path: string, options: object, handler: Handle) {
      handle(`route ${method} ${path}`, handler)
      contributes.routes.push({ method, path, ...options } as never)
    },
    command(trigger: string, options: object, handler: Handle) {
      handle(`command ${trigger}`, handler)
      contributes.commands.push({ trigger, ...options } as never)
    },
    completion(trigger: string, handler: Handle) { handle(`completion ${trigger}`, handler) },
    action(name: string, options: object, handler: Handle) {
      handle(`action ${name}`, handler)
      contributes.actions.push({ name, ...options } as never)
    },
    job(name: string, options: object, handler: Handle) {
      handle(`job ${name}`, handler)
      contributes.jobs.push({ name, ...options } as never)
    },
    provide(operation: string, handler: Handle) {
      handle(`provide ${operation}`, answerOrRefuse(handler))
      contributes.provides.push(operation)
    },
    operation(name: string, options: object, handler: Handle) {
      handle(`operation ${name}`, answerOrRefuse(handler))
      contributes.operations.push({ name, ...options } as never)
    },
    postKind(name: string, options: object) {
      assertOpen(`postKind ${name}`)
      contributes.postKinds.push({ name, ...options } as never)
      return postTypeOf(manifest.id, name)
    },
    permission(name: string, options: object) {
      assertOpen(`permission ${name}`)
      contributes.permissions.push({ name, ...options } as never)
    },
    auditEvent(name: string, options: object = {}) {
      assertOpen(`auditEvent ${name}`)
      contributes.auditEvents.push({ name, ...options })
    },
    metric(name: string, options: object) {
      assertOpen(`metric ${name}`)
      contributes.metrics.push({ name, ...options } as never)
    },
    webPart(name: string, options: object) {
      assertOpen(`webPart ${name}`)
      contributes.webParts.push({ name, ...options } as never)
    },
    migrations(list: Contributions['migrations']) { contributes.migrations.push(...list) },
    events(...names: string[]) { contributes.events.push(...names) },
    lifecycle(handlers: Readonly<Record<string, ((...words: never[]) => unknown) | undefined>>) {
      for (const [name, handler] of Object.entries(handlers)) {
        if (!handler) continue
        contributes.lifecycle.push(name as never)
        const about = wordOfMoment[name]
        handle(`lifecycle ${name}`, (input, context) => (about ? handler((input as Readonly<Record<string, never>>)[about] as never, context as never) : handler(context as never)))
      }
    },
  }
  setup(builder as unknown as PluginBuilder<M>)
  isOpen = false
  onInvocation('describe', () => contributes)
}
