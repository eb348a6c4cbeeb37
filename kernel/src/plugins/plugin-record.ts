import type { GuestLimits, GuestStatistics } from '../plugin-host/index.ts'
import type { HostProcess } from './host-process.ts'
import type { Pace } from './pace.ts'

/** Answers what a plugin asks for, as JSON: the door to everything it may do. A RookeryError is told to the plugin, others only as failure. */
export type CallHandler = (name: string, input: unknown) => Promise<string>

export interface PluginCode {
  /** One script; it registers its handlers with `rookery.on`. */
  readonly source: string
  readonly limits?: Partial<GuestLimits>
  /** Came with the release: it shares no host with those that did not. */
  readonly isTrusted: boolean
  /** It takes part in operations while somebody waits. */
  readonly isInline?: boolean
  /** Invocations under way at once; left out, as many as anybody's. */
  readonly maximumUnderWay?: number
  readonly call: CallHandler
}

export type PluginState = 'loaded' | 'backing_off' | 'quarantined' | 'unloaded'

export interface PluginStatistics {
  readonly state: PluginState
  readonly isAlone: boolean
  readonly isResident: boolean
  readonly cpuTimeMs: number
  readonly heapBytes: number
  readonly invocations: number
  readonly disposals: number
  readonly deathsAlone: number
}

/** A host process and the plugins that live in it; it and they know of each other, so both stand here. */
export interface Host {
  readonly key: string
  readonly isAlone: boolean
  readonly process: HostProcess
  readonly plugins: ReadonlyMap<number, PluginRecord>
  /** The plugin moves in, under a number that was never used before. */
  admit(plugin: PluginRecord, slot: number): void
  release(slot: number): void
}

/** What the host was told of a hook; the parts are compared by identity. */
export interface KnownHook {
  readonly number: number
  readonly needs: readonly string[]
  readonly constant: object
  readonly deadlineMs: number
}

/** A loaded plugin as the kernel keeps it. What it can do lives here, never in a host: a new host starts from this. */
export interface PluginRecord {
  readonly id: string
  readonly source: string
  readonly limits: GuestLimits
  readonly isTrusted: boolean
  readonly isInline: boolean
  readonly maximumUnderWay: number
  readonly call: CallHandler
  readonly pace: Pace
  /** Where it is, under which number, and which of its hooks the host knows. */
  home: { readonly host: Host, readonly slot: number, readonly hooks: Map<string, KnownHook> } | undefined
  aloneUntilAt: number
  /** Until when it shares a host with others that used too much, and none with those that did not. */
  suspectUntilAt: number
  backOffUntilAt: number
  backOffTimer: NodeJS.Timeout | undefined
  deathsAloneAt: number[]
  /** When it used more than it may, within the window. */
  breachesAt: number[]
  isQuarantined: boolean
  invocationsUnderWay: number
  /** Of these, hooks: they have places of their own, so that whoever keeps a plugin busy at its doors stops nobody from posting. */
  hooksUnderWay: number
  callsUnderWay: number
  /** Between the last two heartbeats. */
  latelyCpuMs: number
  invocations: number
  /** Of hosts that are gone. */
  past: { cpuTimeMs: number, disposals: number }
  present: GuestStatistics | undefined
}
