import type { OperationCalls, OperationCapability } from './operation-calls.ts'
import type { CapabilityWord } from '../protocol/plugin-capabilities.ts'

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** What a capability adds to the context besides operations. */
export interface CapabilityFragments {
  'kv': { readonly kv: KeyValues }
  'db': { readonly db: Sql }
  'http': { readonly http: Http }
  'secrets': { readonly secrets: Secrets }
  'jobs': { readonly jobs: Jobs }
  'realtime': { readonly realtime: Realtime }
}

export interface KeyValues {
  get<Value = Json>(key: string): Promise<{ readonly value: Value, readonly revision: number } | null>
  set(key: string, value: Json, options?: { readonly ttlMs?: number, readonly ifRevision?: number | 'absent' }): Promise<{ readonly isSet: boolean, readonly revision: number }>
  delete(key: string, options?: { readonly ifRevision?: number }): Promise<boolean>
  /** What is not there counts from 0. */
  increment(key: string, options?: { readonly by?: number, readonly ttlMs?: number }): Promise<number>
  list(options: { readonly prefix: string, readonly after?: string, readonly limit?: number }): Promise<{ readonly entries: readonly { readonly key: string, readonly revision: number }[], readonly next: string | null }>
  /** Takes a key for a time; null where somebody else has it. Leases and values with the same key know nothing of each other. */
  lease(key: string, options: { readonly ttlMs: number }): Promise<Lease | null>
}

/** A key that nobody else has until it runs out. */
export interface Lease {
  /** Larger than that of every holder before: what was written under a smaller one is out of date. */
  readonly fence: number
  readonly expiresAt: number
  /** For as long again, from now on; null where it ran out meanwhile. */
  renew(): Promise<Lease | null>
  release(): Promise<boolean>
}

/** Statements of the plugin's own schema; values never become text of a statement. */
export interface Sql {
  <Row = Record<string, Json>>(parts: TemplateStringsArray, ...values: readonly Json[]): Promise<readonly Row[]>
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Of the body; `base64` for bytes. */
  readonly bodyEncoding?: 'utf8' | 'base64'
  /** Redirects included; 10 seconds where it is left out, at most 30. */
  readonly timeoutMs?: number
}

export interface HttpAnswer {
  /** Where it came from after redirects. */
  readonly url: string
  readonly status: number
  /** Names in lower case; several cookies in lines of `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>
  /** Text where it is UTF-8, else base64. */
  readonly body: string
  readonly bodyEncoding: 'utf8' | 'base64'
}

export interface Http {
  fetch(url: string, request?: HttpRequest): Promise<HttpAnswer>
}

export interface Secrets {
  get(name: string): Promise<string | null>
  /** null as `delete`. */
  set(name: string, value: string | null): Promise<void>
  delete(name: string): Promise<boolean>
}

export interface Jobs {
  /** The same key again replaces what was put there. */
  put(name: string, key: string, options?: { readonly dueAt?: number, readonly input?: Json }): Promise<void>
  remove(name: string, key: string): Promise<void>
}

export interface Realtime {
  /** Mattermost clients hear it as `custom_<plugin id>_<event>`. */
  publish(event: string, payload: { readonly [key: string]: Json | undefined }, audience: RealtimeAudience): Promise<void>
}

/** At least one of them; all that are given must hold. */
export type RealtimeAudience = { readonly userId?: string, readonly channelId?: string, readonly teamId?: string, readonly connectionId?: string }

/** Capabilities that add nothing to the context but let hooks attach, or widen what is seen. */
export type MarkerCapability = Exclude<CapabilityWord, OperationCapability | keyof CapabilityFragments>

export type Capability = OperationCapability | keyof CapabilityFragments | MarkerCapability

/** All that one capability adds to the context. */
export type FragmentOf<C> = (C extends OperationCapability ? OperationCalls<C> : unknown) & (C extends keyof CapabilityFragments ? CapabilityFragments[C] : unknown)

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never

type Adding = OperationCapability | keyof CapabilityFragments
export type FragmentsOf<Capabilities> = [Capabilities & Adding] extends [never] ? unknown : Intersection<Capabilities extends Adding ? FragmentOf<Capabilities> : never>
