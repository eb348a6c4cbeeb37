import { capabilities, contractCapability, contracts, eventsWithPast, hookCapability, hookedOperations, limitsOf, observedEvents, RookeryError, type CommandArgument, type Hookable, type PluginManifest } from '@rookery/sdk/protocol'
import { isHostPattern } from '../egress/index.ts'
import { judgeObjectSchema, judgeSchema, judgeSettingsSchema } from '../plugin-storage/index.ts'
import { compileFilter } from './hooks/filter.ts'
import { readCalendar } from './jobs/calendar.ts'
import { faultOfTranslations } from './translations/index.ts'
import { faultOfWebParts } from './web-parts/fault-of-web.ts'

/** Throws where a manifest says things that do not go together, in words for its author. */
export function assertManifest(manifest: PluginManifest): void {
  const refuse = (reason: string): never => { throw new RookeryError('plugin_incomplete', { plugin: manifest.id, reason }) }
  const { contributes } = manifest
  const { transforms, guards, observers, routes, commands, actions, jobs, events, provides, postKinds = [], permissions = [], auditEvents = [], metrics = [], operations = [], blockActions = [], panels = [], webParts = [] } = contributes
  const strange = Object.keys(manifest.capabilities).find((name) => !Object.hasOwn(capabilities, name))
  if (strange !== undefined) refuse(`there is no capability ${strange.slice(0, 64)}`)
  const assertAsked = (capability: string, what: string): void => {
    if (!Object.hasOwn(manifest.capabilities, capability)) refuse(`${what} takes the capability ${capability}, for which it does not ask`)
  }
  const assertOnce = (names: readonly string[], what: string): void => {
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) refuse(`it has two ${what} ${twice}`)
  }
  for (const [scope, schema] of Object.entries(manifest.settings ?? {})) {
    const fault = schema && judgeSettingsSchema(schema)
    if (fault !== undefined) refuse(`its settings for ${scope} are not valid: ${fault}`)
  }
  const mistold = manifest.translations && faultOfTranslations(manifest.translations)
  if (mistold !== undefined) refuse(mistold)
  const { http } = manifest.capabilities
  if (http && !http.hosts?.length) refuse('it asks for http and names no hosts')
  const strangeHost = http?.hosts?.find((host) => !isHostPattern(host))
  if (strangeHost !== undefined) refuse(`${strangeHost.slice(0, 100)} names no host`)
  const others = manifest.capabilities['plugins:call']
  if (others && !others.plugins?.length) refuse('it asks for plugins:call and names no plugins')
  if (contributes.migrations.length > 0) assertAsked('db', 'a table of its own')
  if (routes.some(({ session }) => session === 'required')) assertAsked('routes', 'an address of its own')
  if (routes.some(({ session }) => session === 'public')) assertAsked('routes:public', 'an address for everybody')
  if (commands.length > 0) assertAsked('commands', 'a slash command')
  if (actions.length > 0 || events.length > 0) assertAsked('realtime', 'an event or action of its own')
  if (jobs.length > 0) assertAsked('jobs', 'a job')
  for (const { name, props } of postKinds) {
    const fault = judgeObjectSchema(props)
    if (fault !== undefined) refuse(`its posts of the kind ${name} are not described well: ${fault}`)
  }
  assertOnce(permissions.map(({ name }) => name), 'permissions')
  for (const { permission } of [...routes, ...actions, ...commands, ...operations]) {
    if (permission !== undefined && !permissions.some(({ name }) => name === permission)) refuse(`it asks for its permission ${permission}, which it does not have`)
  }
  const placeless = [...routes, ...actions, ...operations].find(({ permission }) => permission !== undefined && permissions.some(({ name, scope }) => name === permission && scope !== 'system'))
  if (placeless) refuse(`addresses, actions and operations have no place in which ${placeless.permission} could be held`)
  if (auditEvents.length > 0) assertAsked('audit:write', 'an audit event of its own')
  assertOnce(auditEvents.map(({ name }) => name), 'audit events')
  assertOnce(metrics.map(({ name }) => name), 'metrics')
  if (webParts.length > 0) assertAsked('web', 'a part of the web app')
  assertOnce(webParts.map(({ name }) => name), 'web parts')
  const misshown = faultOfWebParts(manifest)
  if (misshown !== undefined) refuse(misshown)
  for (const { trigger, ...word } of commands) {
    const fault = faultOfArguments(word)
    if (fault !== undefined) refuse(`the command ${trigger} is not described well: ${fault}`)
  }
  for (const { name, input, output } of operations) {
    const fault = judgeObjectSchema(input) ?? (output && judgeSchema(output))
    if (fault !== undefined) refuse(`its operation ${name} is not described well: ${fault}`)
  }
  assertOnce(operations.map(({ name }) => name), 'operations')
  if (postKinds.length > 0) assertAsked('posts:write', 'a kind of posts of its own')
  assertOnce(postKinds.map(({ name }) => name), 'kinds of posts')
  if (panels.length > 0) assertAsked('routes', 'a panel')
  assertOnce(panels.map(({ name }) => name), 'panels')
  assertOnce(blockActions.map(({ name }) => name), 'block actions')
  assertOnce(routes.map(({ method, path }) => `${method} ${path}`), 'routes')
  assertOnce(commands.map(({ trigger }) => trigger), 'commands')
  assertOnce(actions.map(({ name }) => name), 'actions')
  assertOnce(jobs.map(({ name }) => name), 'jobs')
  const { jobMs } = limitsOf(manifest)
  for (const { name, cron, timeZone, everyMs, deadlineMs = 0 } of jobs) {
    if (deadlineMs > jobMs) refuse(`the job ${name} takes up to ${deadlineMs} ms, and limits.jobMs is ${jobMs}`)
    if (everyMs !== undefined && cron !== undefined) refuse(`the job ${name} comes by the clock or by the calendar, not by both`)
    if (timeZone !== undefined && cron === undefined) refuse(`the job ${name} has a time zone and no calendar`)
    const fault = cron === undefined ? undefined : faultOfCalendar(cron, timeZone)
    if (fault !== undefined) refuse(`the job ${name} is not described well: ${fault}`)
  }
  assertOnce(transforms.map(({ operation }) => operation), 'transforms on')
  assertOnce(guards.map(({ operation }) => operation), 'guards on')
  assertOnce(observers.map(({ name }) => name), 'observers')
  assertOnce(provides, 'providers of')
  const unknown = provides.find((operation) => !contracts.some(({ operations }) => operations.some(({ name }) => name === operation)))
  if (unknown !== undefined) refuse(`there is no contract with ${unknown}`)
  for (const { name, operations } of contracts) {
    const left = operations.filter((operation) => !provides.includes(operation.name))
    if (left.length === operations.length) continue
    if (left[0]) refuse(`who carries out ${name} carries out ${left[0].name} too`)
    assertAsked(contractCapability(name), `carrying out ${name}`)
  }
  assertOnce(contributes.migrations.map(({ id }) => id), 'migrations')
  for (const [kind, hooks] of [['transform', transforms], ['guard', guards]] as const) {
    for (const { operation, filter } of hooks) {
      const known: Hookable | undefined = Object.hasOwn(hookedOperations, operation) ? hookedOperations[operation as keyof typeof hookedOperations] : undefined
      if (!known || (kind === 'transform' && known.patchable.length === 0)) refuse(`there can be no ${kind} on ${operation}`)
      assertAsked(hookCapability(operation, kind), `a ${kind} on ${operation}`)
      assertFilter(filter, refuse)
    }
  }
  for (const { event, filter, from } of observers) {
    if (from === 'start' && !eventsWithPast.some((name) => name === event)) refuse(`of ${event} nothing is known from before`)
    if (!Object.hasOwn(observedEvents, event)) refuse(`the event ${event} cannot be observed`)
    assertAsked(observedEvents[event as keyof typeof observedEvents].capability, `observing ${event}`)
    assertFilter(filter, refuse)
  }
}

interface CommandWord { readonly arguments?: readonly CommandArgument[], readonly subcommands?: readonly CommandWord[] }

function faultOfArguments({ arguments: all = [], subcommands = [] }: CommandWord): string | undefined {
  const keys = all.flatMap(({ key }) => key ?? [])
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) return `two arguments have the key ${twice}`
  if (all.some(({ kind, name }) => kind === 'boolean' && !name)) return 'an argument that is true or false has a name'
  return subcommands.map(faultOfArguments).find((fault) => fault !== undefined)
}

function faultOfCalendar(cron: string, timeZone?: string): string | undefined {
  try {
    readCalendar(cron, timeZone)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function assertFilter(filter: Parameters<typeof compileFilter>[0], refuse: (reason: string) => never): void {
  try {
    compileFilter(filter)
  } catch (error) {
    refuse(`a filter is not valid: ${error instanceof Error ? error.message : String(error)}`)
  }
}
