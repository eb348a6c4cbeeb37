import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { ChainResult, ChainText, HookText } from '../plugin-host/index.ts'
import { parseGuestJson } from './guest-json.ts'
import { failureOfAnswer, graceMs, unavailable } from './host-failure.ts'
import { HostDeathError } from './host-process.ts'
import type { Host, PluginRecord } from './plugin-record.ts'

export interface ChainInvocation {
  readonly pluginId: string
  readonly name: string
  readonly deadlineMs: number
  readonly needs: readonly string[]
  /** What it is told every time; sent where it, or `needs`, is another object than the last time. */
  readonly constant: Readonly<Record<string, unknown>>
}

export interface ChainOptions {
  /** What the ids of the invocations begin with: a point and a step's place among all follow. */
  readonly invocation: string
  /** On whose behalf. */
  readonly actor: Readonly<Record<string, unknown>>
  readonly state: Readonly<Record<string, unknown>>
  readonly patchable: readonly string[]
  /** Steps from this one on only look, at the state as it was, and are not asked where a step before it has patched that. */
  readonly guardsFrom: number
  readonly totalMs: number
}

/**
 * How a step of a chain ended, and how many milliseconds it took. `prevented`: it did not answer, and that was not its
 * doing. `skipped`: the time of all was up. `withheld`: the state is another one since.
 */
export type ChainOutcome =
  | { readonly kind: 'answered', readonly answer: unknown, readonly ms: number }
  | { readonly kind: 'failed', readonly error: RookeryError, readonly ms: number }
  | { readonly kind: 'prevented', readonly error: RookeryError }
  | { readonly kind: 'skipped' | 'withheld' }

/** Hooks of several plugins, asked together. */
export interface HostChains {
  /**
   * Asks several plugins with one message: as many from the front as live in one host, at least one. Each answers or
   * fails by itself; one that was not asked, because time was up or because there is something else to be asked, has neither.
   */
  startChain(steps: readonly ChainInvocation[], options: ChainOptions): { readonly count: number, readonly results: Promise<ChainOutcome[]> }
}

interface Parts {
  /** Where a plugin lives; throws where it may not be asked now. */
  readonly enter: (pluginId: string) => { readonly plugin: PluginRecord, readonly host: Host, readonly slot: number }
  readonly clock: Clock
  /** A number for a call that no other has. */
  readonly takeCall: () => number
}

/** Many hooks say the same: it is read once. */
function parseAlike(): (json: string) => unknown {
  let last = 'null'
  let value: unknown = null
  return (json) => {
    if (json === last) return value
    value = parseGuestJson(json)
    last = json
    return value
  }
}

export function createHostChains({ enter, clock, takeCall }: Parts): HostChains {
  let nextHook = 1

  const outcomeOf = (plugin: PluginRecord, result: ChainResult, parse: (json: string) => unknown): ChainOutcome => {
    if (typeof result === 'number') return { kind: 'answered', answer: null, ms: result / 1000 }
    const [outcome, json, microseconds] = result
    const ms = microseconds / 1000
    if (outcome === 'skipped' || outcome === 'withheld') return { kind: outcome }
    if (outcome !== 'answered') return { kind: 'failed', error: failureOfAnswer(plugin.id, { outcome, text: json }), ms }
    try {
      return { kind: 'answered', answer: parse(json), ms }
    } catch (error) {
      return { kind: 'failed', error: new RookeryError('plugin_failed', { plugin: plugin.id }, { cause: error }), ms }
    }
  }

  /** The number under which the host knows a hook. */
  const introduce = (plugin: PluginRecord, host: Host, slot: number, { name, needs, constant, deadlineMs }: ChainInvocation): number => {
    const known = plugin.home?.hooks.get(name)
    if (known && known.needs === needs && known.constant === constant && known.deadlineMs === deadlineMs) return known.number
    const number = nextHook++
    plugin.home?.hooks.set(name, { number, needs, constant, deadlineMs })
    host.process.send({ type: 'hook', hook: number, instead: known?.number ?? 0, slot, name, deadlineMs }, JSON.stringify({ needs, constant } satisfies HookText))
    return number
  }

  const startChain: HostChains['startChain'] = (steps, { invocation, state, actor, patchable, guardsFrom, totalMs }) => {
    const together: { plugin: PluginRecord, hook: number }[] = []
    let home: Host | undefined
    for (const step of steps) {
      try {
        const { plugin, host, slot } = enter(step.pluginId)
        if (home && host !== home) break
        home = host
        together.push({ plugin, hook: introduce(plugin, host, slot, step) })
      } catch (error) {
        if (!(error instanceof RookeryError)) throw error
        if (!home) return { count: 1, results: Promise.resolve([{ kind: 'prevented', error }]) }
        break
      }
    }
    if (!home) return { count: 0, results: Promise.resolve([]) }
    const text: ChainText = { state, patchable, actor, now: clock.now(), invocation }
    for (const { plugin } of together) { plugin.invocations += 1; plugin.invocationsUnderWay += 1; plugin.hooksUnderWay += 1 }
    const asked = home.process.ask({ type: 'chain', call: takeCall(), hooks: together.map(({ hook }) => hook), guardsFrom: Math.min(guardsFrom, together.length), totalMs: Math.max(1, Math.floor(totalMs)) }, JSON.stringify(text))
    let timer: NodeJS.Timeout | undefined
    const impatience = new Promise<undefined>((resolve) => { timer = setTimeout(() => { resolve(undefined) }, totalMs + graceMs) })
    const results = Promise.race([asked, impatience]).then(
      (answer) => {
        const told = answer ? parseGuestJson(answer.text) as readonly ChainResult[] : []
        const parse = parseAlike()
        return together.map(({ plugin }, index): ChainOutcome => {
          const result = told[index]
          if (result !== undefined) return outcomeOf(plugin, result, parse)
          // The host hangs as a whole; only of a plugin that was asked alone is known that it is the one.
          const error = new RookeryError('plugin_timed_out', { plugin: plugin.id })
          return together.length === 1 ? { kind: 'failed', error, ms: totalMs } : { kind: 'prevented', error }
        })
      },
    ).catch((error: unknown) => together.map(({ plugin }): ChainOutcome => ({
      kind: 'prevented', error: error instanceof HostDeathError ? unavailable(plugin.id) : new RookeryError('plugin_failed', { plugin: plugin.id }, { cause: error }),
    }))).finally(() => {
      clearTimeout(timer)
      for (const { plugin } of together) { plugin.invocationsUnderWay -= 1; plugin.hooksUnderWay -= 1 }
    })
    return { count: together.length, results }
  }
  return { startChain }
}
