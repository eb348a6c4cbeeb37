import { setTimeout as delay } from 'node:timers/promises'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Log } from '../telemetry/index.ts'
import { defaultGuestLimits, standardAnswerLength, type HostRefusal } from '../plugin-host/index.ts'
import { chooseConfinement, type Confinement } from './confinement.ts'
import { parseGuestJson } from './guest-json.ts'
import { createHost } from './host.ts'
import { createHostChains, type HostChains } from './host-chains.ts'
import { failureOfAnswer, graceMs, unavailable } from './host-failure.ts'
import { HostDeathError, type Answer } from './host-process.ts'
import { defaultPluginHostSettings, type PluginHostSettings } from './host-settings.ts'
import { createPace } from './pace.ts'
import type { Host, PluginCode, PluginRecord, PluginState, PluginStatistics } from './plugin-record.ts'

/** Runs plugins in confined processes. Nothing is started before the first plugin is loaded. */
export interface PluginHosts extends HostChains {
  /** Runs the plugin's module once; replaces the one that was loaded under this id. */
  load(pluginId: string, code: PluginCode): Promise<void>
  /** Rejects with plugin_unavailable, plugin_timed_out, or plugin_failed whose cause is a GuestError. */
  invoke(pluginId: string, name: string, input: unknown, options: { readonly deadlineMs: number, readonly mayBeLarge?: boolean | undefined }): Promise<unknown>
  unload(pluginId: string): void
  state(pluginId: string): PluginState
  /** Also of the hosts: which process a plugin is in, for the admin page and for tests. */
  statistics(pluginId: string): PluginStatistics | undefined
  processOf(pluginId: string): number | undefined
  /** Lets a plugin out of quarantine. */
  forgive(pluginId: string): void
  /** Hears of each plugin that is put into quarantine. */
  onQuarantine(listener: (pluginId: string, reason: string) => void): void
  /** Hears in words what a plugin was kept from, and what becomes of it for what it did. */
  onIncident(listener: (pluginId: string, what: string, times: number) => void): void
  stop(): void
}

export interface PluginHostsDependencies {
  readonly log: Log
  readonly clock: Clock
  readonly settings?: Partial<PluginHostSettings>
}

/** Who used so much between two heartbeats was at work, whether or not it was asked for anything. */
const busyCpuMs = 20

export function createPluginHosts({ log, clock, settings: given = {} }: PluginHostsDependencies): PluginHosts {
  const settings: PluginHostSettings = { ...defaultPluginHostSettings, ...given }
  const plugins = new Map<string, PluginRecord>()
  const hosts = new Map<string, Host>()
  /** Shared hosts that died before they were ready: the machine refuses them, so they are not started in a circle. */
  const refusals = new Map<string, { count: number, untilAt: number }>()
  const quarantineListeners: ((pluginId: string, reason: string) => void)[] = []
  const incidentListeners: ((pluginId: string, what: string, times: number) => void)[] = []
  const tell = ({ id }: PluginRecord, what: string, times = 1): void => { for (const listener of incidentListeners) listener(id, what, times) }
  let choosing: Promise<Confinement> | undefined
  let confinement: Confinement | undefined
  let nextSlot = 1
  let nextCall = 1
  let isStopped = false

  const shareKey = (plugin: PluginRecord): string => (plugin.isTrusted ? 'trusted' : 'community')

  /** Asked for every step of every chain, and of most plugins none of it has ever happened: the clock is left alone then. */
  const isAhead = (at: number): boolean => at > 0 && at > clock.now()

  const homeKey = (plugin: PluginRecord): string => {
    if (!isAhead(plugin.aloneUntilAt)) return isAhead(plugin.suspectUntilAt) ? `suspects ${shareKey(plugin)}` : shareKey(plugin)
    const key = `alone ${plugin.id}`
    if (hosts.has(key)) return key
    const alone = [...hosts.values()].filter((host) => host.isAlone).length
    return alone < settings.maximumLoneHosts ? key : `suspects ${shareKey(plugin)}`
  }

  const openHost = (key: string): Host => {
    const existing = hosts.get(key)
    if (existing) return existing
    const isAlone = key.startsWith('alone ')
    if (!confinement) throw new Error('hosts are opened after their confinement was chosen')
    const host = createHost({ key, isAlone, isSuspect: isAlone || key.startsWith('suspects '), confinement, settings, log, onPoisoned: blame, onDeath, onBreach, onRefusal: (plugin, refusal, times) => { tell(plugin, incidentOf(refusal), times) }, onPaced: tellPace })
    hosts.set(key, host)
    log.info('A host of plugins was started', { host: key, pid: host.process.pid, missing: confinement.missing.length > 0 ? confinement.missing.join(', ') : undefined })
    return host
  }

  const leave = (plugin: PluginRecord): void => {
    const { home } = plugin
    if (!home) return
    home.host.release(home.slot)
    if (home.host.plugins.size > 0) return
    hosts.delete(home.host.key)
    home.host.process.kill('nobody lives in it')
  }

  /** Where the plugin should be now; it moves there first if it must. Its module runs again at its next invocation. */
  const settle = (plugin: PluginRecord, onLoaded?: (answer: Promise<Answer>) => void): { host: Host, slot: number } => {
    const key = homeKey(plugin)
    if (plugin.home?.host.key === key && !plugin.home.host.process.isDead) return plugin.home
    const { untilAt = 0 } = refusals.get(key) ?? {}
    if (untilAt > clock.now()) throw unavailable(plugin.id, untilAt - clock.now())
    leave(plugin)
    const host = openHost(key)
    const slot = nextSlot++
    host.admit(plugin, slot)
    const loaded = host.process.ask({ type: 'load', slot, call: nextCall++, isEager: onLoaded !== undefined, isInline: plugin.isInline, limits: plugin.limits }, plugin.source)
    loaded.catch(() => { /* whoever waits for an invocation hears of it */ })
    onLoaded?.(loaded)
    return { host, slot }
  }

  /** Hosts whose culprit is known; nobody where it is gone already. */
  const culprits = new Map<Host, readonly PluginRecord[]>()
  const blame = (host: Host, plugin: PluginRecord | undefined, reason: string): void => {
    log.warn('A plugin broke its host', { plugin: plugin?.id, reason })
    culprits.set(host, plugin ? [plugin] : [])
  }

  const suspectsOf = (host: Host, residents: readonly PluginRecord[]): readonly PluginRecord[] => {
    const named = culprits.get(host)
    culprits.delete(host)
    if (named) return named
    const inFlight = residents.filter((plugin) => plugin.invocationsUnderWay > 0 || plugin.callsUnderWay > 0)
    // Who merely waited beside one that computes, or that has used too much before, is spared: if it was none of these after all, the next death finds the others.
    const isLikely = ({ latelyCpuMs, breachesAt }: PluginRecord): boolean => latelyCpuMs >= busyCpuMs || breachesAt.some((at) => clock.now() - at < settings.quarantineWindowMs)
    const likely = (inFlight.length > 0 ? inFlight : residents).filter(isLikely)
    return likely.length > 0 ? likely : inFlight
  }

  const quarantine = (plugin: PluginRecord, reason: string): void => {
    plugin.isQuarantined = true
    tell(plugin, `It is in quarantine: ${reason}`)
    log.error('A plugin is in quarantine', { plugin: plugin.id, reason })
    for (const listener of quarantineListeners) listener(plugin.id, reason)
  }

  /** It stops nobody, but it burns what others could use, as often as somebody asks for it. */
  const onBreach = (plugin: PluginRecord, count: number): void => {
    const now = clock.now()
    plugin.breachesAt = [...plugin.breachesAt.filter((at) => now - at < settings.quarantineWindowMs), ...Array.from({ length: count }, () => now)]
    if (plugin.breachesAt.length >= settings.suspectBreaches) {
      if (!isAhead(plugin.suspectUntilAt)) tell(plugin, 'It works on what others leave of the processor, because it used more than it may')
      plugin.suspectUntilAt = now + settings.aloneMs
    }
    if (plugin.isQuarantined || plugin.breachesAt.length < settings.pauseBreaches) return
    if (plugin.breachesAt.length >= settings.quarantineBreaches) quarantine(plugin, 'it used more than it may too often')
    else {
      tell(plugin, `It waits for ${settings.backOffMs / 1000} s, because it used more than it may`)
      plugin.backOffUntilAt = Math.max(plugin.backOffUntilAt, now + settings.backOffMs)
    }
  }

  const tellPace = (plugin: PluginRecord): void => { tell(plugin, `It met a limit: ${settings.charactersPerSecond} characters a second; it waits`) }

  const dieAlone = (plugin: PluginRecord): void => {
    const now = clock.now()
    plugin.deathsAloneAt = [...plugin.deathsAloneAt.filter((at) => now - at < settings.quarantineWindowMs), now]
    const deaths = plugin.deathsAloneAt.length
    plugin.aloneUntilAt = now + settings.aloneMs
    if (deaths >= settings.quarantineDeaths) {
      quarantine(plugin, 'its host died too often')
      return
    }
    const waitMs = Math.min(settings.maximumBackOffMs, settings.backOffMs * 2 ** (deaths - 1))
    plugin.backOffUntilAt = now + waitMs
    tell(plugin, `It waits for ${waitMs / 1000} s, because its host died`)
    plugin.backOffTimer = setTimeout(() => { restore(plugin) }, waitMs).unref()
  }

  const restore = (plugin: PluginRecord): void => {
    if (isStopped || plugins.get(plugin.id) !== plugin || plugin.isQuarantined || plugin.home) return
    try {
      settle(plugin)
    } catch (error) {
      if (!(error instanceof RookeryError)) log.error('A plugin was not restored', { plugin: plugin.id, error })
    }
  }

  const onDeath = (host: Host, reason: string): void => {
    if (hosts.get(host.key) !== host) return
    hosts.delete(host.key)
    const residents = [...host.plugins.values()]
    const suspects = suspectsOf(host, residents)
    for (const slot of [...host.plugins.keys()]) host.release(slot)
    if (isStopped) return
    log.warn('A host of plugins died', { host: host.key, pid: host.process.pid, reason, suspects: suspects.map((plugin) => plugin.id).join(', ') })
    if (!host.process.isReady) {
      const count = (refusals.get(host.key)?.count ?? 0) + 1
      const waitMs = Math.min(settings.maximumBackOffMs, settings.backOffMs * 2 ** (count - 1))
      refusals.set(host.key, { count, untilAt: clock.now() + waitMs })
      for (const plugin of residents) tell(plugin, `A host for it did not start: ${reason}`)
      setTimeout(() => { for (const plugin of residents) restore(plugin) }, waitMs).unref()
      return
    }
    refusals.delete(host.key)
    if (host.isAlone) {
      for (const plugin of residents) {
        tell(plugin, `Its host died: ${reason}`)
        dieAlone(plugin)
      }
      return
    }
    for (const plugin of residents) tell(plugin, suspects.includes(plugin) ? `Its host died while it was at work, so that it has one of its own: ${reason}` : `The host that it shares with others died: ${reason}`)
    for (const plugin of suspects) plugin.aloneUntilAt = clock.now() + settings.aloneMs
    for (const plugin of residents) restore(plugin)
  }

  const awaitAnswer = async (plugin: PluginRecord, asked: Promise<Answer>, deadlineMs: number): Promise<unknown> => {
    plugin.invocationsUnderWay += 1
    let timer: NodeJS.Timeout | undefined
    // A host that hangs answers nothing: the caller waits for the deadline, not for the host.
    const impatience = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => { reject(new RookeryError('plugin_timed_out', { plugin: plugin.id })) }, deadlineMs + graceMs)
    })
    try {
      const answer = await Promise.race([asked, impatience])
      // What nobody wanted to carry cost the plugin's host as much.
      plugin.pace.took(answer.outcome === 'too_large' ? plugin.limits.answerBytes : answer.text.length)
      if (answer.outcome !== 'answered') throw failureOfAnswer(plugin.id, answer)
      return parseGuestJson(answer.text)
    } catch (error) {
      if (error instanceof HostDeathError) throw unavailable(plugin.id)
      if (error instanceof SyntaxError) throw new RookeryError('plugin_failed', { plugin: plugin.id }, { cause: error })
      throw error
    } finally {
      clearTimeout(timer)
      plugin.invocationsUnderWay -= 1
    }
  }

  /** Where a plugin that may be asked now lives; throws where it may not. */
  const enter = (pluginId: string, isHook: boolean): { plugin: PluginRecord, host: Host, slot: number } => {
    const plugin = plugins.get(pluginId)
    const state = stateOf(plugin)
    if (!plugin || isStopped || state === 'quarantined') throw unavailable(pluginId, settings.maximumBackOffMs)
    if (state === 'backing_off') throw unavailable(pluginId, plugin.backOffUntilAt - clock.now())
    if ((isHook ? plugin.hooksUnderWay : plugin.invocationsUnderWay - plugin.hooksUnderWay) >= plugin.maximumUnderWay) {
      tell(plugin, `It met a limit: ${plugin.maximumUnderWay} ${isHook ? 'hooks' : 'invocations'} at once`)
      throw unavailable(pluginId)
    }
    return { plugin, ...settle(plugin) }
  }

  /** Who has said too much waits, as one that is under way. */
  const awaitPace = async (pluginId: string, deadlineMs: number): Promise<void> => {
    const waitMs = plugins.get(pluginId)?.pace.waitMs() ?? 0
    if (waitMs === 0) return
    const { plugin } = enter(pluginId, false)
    tellPace(plugin)
    if (waitMs > deadlineMs) throw unavailable(pluginId, waitMs)
    plugin.invocationsUnderWay += 1
    await delay(waitMs)
    plugin.invocationsUnderWay -= 1
  }

  const { startChain } = createHostChains({ enter: (pluginId) => enter(pluginId, true), clock, takeCall: () => nextCall++ })

  const unload = (pluginId: string): void => {
    const plugin = plugins.get(pluginId)
    if (!plugin) return
    plugins.delete(pluginId)
    clearTimeout(plugin.backOffTimer)
    leave(plugin)
  }

  const stateOf = (plugin: PluginRecord | undefined): PluginState => {
    if (!plugin) return 'unloaded'
    if (plugin.isQuarantined) return 'quarantined'
    return isAhead(plugin.backOffUntilAt) ? 'backing_off' : 'loaded'
  }

  return {
    async load(pluginId, { source, limits = {}, isTrusted, isInline = false, maximumUnderWay = settings.maximumUnderWay, call }) {
      if (isStopped) throw unavailable(pluginId)
      confinement = await (choosing ??= chooseConfinement(settings.memoryBytes))
      const before = plugins.get(pluginId)
      clearTimeout(before?.backOffTimer)
      const plugin: PluginRecord = {
        id: pluginId, source, limits: { ...defaultGuestLimits, ...limits }, isTrusted, isInline, maximumUnderWay, call, pace: createPace({ atOnce: settings.charactersAtOnce, perSecond: settings.charactersPerSecond }), home: undefined, aloneUntilAt: 0, suspectUntilAt: 0, backOffUntilAt: 0, backOffTimer: undefined,
        deathsAloneAt: [], breachesAt: [], isQuarantined: false, invocationsUnderWay: 0, hooksUnderWay: 0, callsUnderWay: 0, latelyCpuMs: 0, invocations: 0, past: { cpuTimeMs: 0, disposals: 0 }, present: undefined,
      }
      plugins.set(pluginId, plugin)
      let loaded: Promise<Answer> | undefined
      try {
        try {
          settle(plugin, (answer) => { loaded = answer })
        } finally {
          // The next moves in before the last moves out: nobody starts a host anew for it.
          if (before) leave(before)
        }
        if (loaded) await awaitAnswer(plugin, loaded, settings.startMs + plugin.limits.startMs * 3)
      } catch (error) {
        if (plugins.get(pluginId) === plugin) unload(pluginId)
        throw error
      }
    },
    async invoke(pluginId, name, input, { deadlineMs, mayBeLarge = false }) {
      await awaitPace(pluginId, deadlineMs)
      const { plugin, host, slot } = enter(pluginId, false)
      plugin.invocations += 1
      const maximumLength = mayBeLarge ? plugin.limits.answerBytes : standardAnswerLength
      return awaitAnswer(plugin, host.process.ask({ type: 'invoke', slot, call: nextCall++, name, deadlineMs, maximumLength }, JSON.stringify(input) ?? 'null'), deadlineMs)
    },
    startChain,
    unload,
    state: (pluginId) => stateOf(plugins.get(pluginId)),
    statistics(pluginId) {
      const plugin = plugins.get(pluginId)
      if (!plugin) return undefined
      return {
        state: stateOf(plugin), isAlone: isAhead(plugin.aloneUntilAt), isResident: plugin.present?.isResident ?? false,
        cpuTimeMs: plugin.past.cpuTimeMs + (plugin.present?.cpuTimeMs ?? 0), heapBytes: plugin.present?.heapBytes ?? 0,
        invocations: plugin.invocations, disposals: plugin.past.disposals + (plugin.present?.disposals ?? 0), deathsAlone: plugin.deathsAloneAt.length,
      }
    },
    processOf: (pluginId) => plugins.get(pluginId)?.home?.host.process.pid,
    forgive(pluginId) {
      const plugin = plugins.get(pluginId)
      if (!plugin) return
      plugin.isQuarantined = false
      plugin.deathsAloneAt = []
      plugin.breachesAt = []
      plugin.backOffUntilAt = 0
      restore(plugin)
    },
    onQuarantine(listener) { quarantineListeners.push(listener) },
    onIncident(listener) { incidentListeners.push(listener) },
    stop() {
      isStopped = true
      for (const plugin of plugins.values()) clearTimeout(plugin.backOffTimer)
      for (const host of [...hosts.values()]) host.process.kill('the server stops')
      plugins.clear()
    },
  }
}

/** An isolate that is gone said nothing of it; a call that was refused is one of many. */
const incidentOf = (refusal: HostRefusal): string => (refusal.startsWith('it used') ? `Its isolate was thrown away: ${refusal}` : `It met a limit: ${refusal}`)
