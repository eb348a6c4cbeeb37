import { errorTable, pluginOperation, RookeryError, type ErrorCode, type Operation, type OperationContribution } from '@rookery/sdk/protocol'
import { implement, type AddedOperations, type AnyImplementation } from '../../operations/index.ts'
import { judgeValue, type PlainSchema } from '../../plugin-storage/index.ts'
import type { PluginDoors } from '../plugin-doors.ts'
import { isMeantToRun, type InstalledPlugin } from '../installed-plugin.ts'
import type { PluginPermissions } from '../permissions/index.ts'
import { readAnswer, readDetails, type Refusal } from '../refusals.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'

interface Parts {
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly permissions: PluginPermissions
  readonly doors: PluginDoors
}

const standardDeadlineMs = 10_000
const errors = ['plugin_not_enabled', 'plugin_unavailable', 'plugin_timed_out', 'plugin_failed'] as const

/** Operations that plugins bring along: asked for like those of the server, and judged as the plugin described them. */
export function createOwnOperations({ registry, runtime, permissions, doors }: Parts): AddedOperations {
  const implementationOf = ({ id: pluginId }: InstalledPlugin, contribution: OperationContribution): AnyImplementation => {
    const { name, summary, input, output, isSafe = false, permission, deadlineMs = standardDeadlineMs } = contribution
    const operation: Operation = {
      name: pluginOperation(pluginId, name), kind: 'value', summary, input: closed(input) as never, output: output ? closed(output) as never : {}, safe: isSafe, session: 'required', errors, capability: 'plugins:call', patchable: [], told: null, enters: [],
    }
    const assertFits = (schema: unknown, value: unknown, refuse: (reason: string) => never): void => {
      const reason = judgeValue(schema as PlainSchema, value)
      if (reason !== undefined) refuse(reason)
    }
    return {
      ...implement(operation, {
        async access(context) {
          const plugin = doors.running(pluginId)
          await permissions.assertHeld(context, plugin, permission)
          return plugin
        },
        async handle(context, value, plugin) {
          const answer = readAnswer(await doors.pass(plugin, context, () => runtime.invoke(plugin, `operation ${name}`, value, { deadlineMs, trigger: context })))
          if ('refusal' in answer) throw refusalOf(pluginId, answer.refusal)
          if (output) assertFits(output, answer.value, (reason) => { throw new RookeryError('plugin_failed', { plugin: pluginId }, { cause: new Error(`its answer to ${name} does not fit: ${reason}`) }) })
          return answer.value as never
        },
      }),
      assertInput(value) { assertFits(input, value, (reason) => { throw new RookeryError('invalid_input', { field: 'input', reason }) }) },
    }
  }

  let table: ReadonlyMap<string, AnyImplementation> | undefined
  registry.onChange(() => { table = undefined })
  const all = (): ReadonlyMap<string, AnyImplementation> => table ??= new Map([...registry.all.values()]
    .filter(isMeantToRun)
    .flatMap((plugin) => (plugin.manifest.contributes.operations ?? []).map((contribution) => implementationOf(plugin, contribution)))
    .map((implementation) => [implementation.operation.name, implementation]))
  let shown: { readonly table: unknown, readonly list: readonly Operation[] } | undefined
  return {
    find: (name) => all().get(name),
    list() {
      const present = all()
      if (shown?.table !== present) shown = { table: present, list: [...present.values()].map(({ operation }) => operation) }
      return shown.list
    },
  }
}

/** As everybody reads it: nothing may be there that it does not name. */
const closed = (schema: unknown): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema
  const { properties, items, ...rest } = schema as { properties?: Readonly<Record<string, unknown>>, items?: unknown }
  return {
    ...rest, ...(items !== undefined && { items: closed(items) }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)])), additionalProperties: false }),
  }
}

/** In words of the error table; that somebody is not signed in, or that the server fails, is not for a plugin to say. */
function refusalOf(plugin: string, { code, details }: Refusal): RookeryError {
  const entry = typeof code === 'string' && Object.hasOwn(errorTable, code) ? errorTable[code as ErrorCode] : undefined
  if (!entry || entry.status === 401 || entry.status >= 500) return new RookeryError('plugin_failed', { plugin }, { cause: new Error(`it refused with ${String(code).slice(0, 100)}`) })
  return new RookeryError(code as ErrorCode, readDetails(details))
}
