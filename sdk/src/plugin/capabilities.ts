import type { FileInfo } from '../protocol/file.ts'
import type { Json } from './json.ts'
import type { CallableInput, CallableName, OperationCalls, OperationCapability } from './operation-calls.ts'
import type { SqlStatement, SqlValue } from './sql.ts'
import type { CapabilityWord } from '../protocol/plugin-capabilities.ts'

/** What a capability adds to the context besides operations. */
export interface CapabilityFragments {
  'kv': { readonly kv: KeyValues }
  'db': { readonly db: Sql }
  'http': { readonly http: Http }
  'secrets': { readonly secrets: Secrets }
  'files': { readonly ownFiles: OwnFiles }
  'files:read': { readonly files: FileReading }
  'files:write': { readonly files: FileWriting }
  'jobs': { readonly jobs: Jobs }
  'realtime': { readonly realtime: Realtime }
  'plugins:call': { readonly others: { call<Answer = Json>(pluginId: string, operation: string, input?: { readonly [name: string]: Json | undefined }): Promise<Answer> } }
  'audit:write': { readonly audit: { record(event: string, details?: { readonly [name: string]: Json | undefined }): Promise<void> } }
}

export interface KeyValues {
  get<Value = Json>(key: string): Promise<{ readonly value: Value, readonly revision: number } | null>
  /** Those of up to 1000 keys, in their order, with as few calls as they fit into: one for each megabyte. */
  getAll<Value = Json>(keys: readonly string[]): Promise<readonly ({ readonly value: Value, readonly revision: number } | null)[]>
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
  <Row = Record<string, Json>>(parts: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<readonly Row[]>
  /** Several statements, made by `sql`, in one message and one transaction: all of them or none. */
  batch<Row = Record<string, Json>>(statements: readonly SqlStatement[]): Promise<readonly (readonly Row[])[]>
  /** A transaction: committed when the work is done, rolled back where it throws. It lasts 10 seconds at most, and not longer than the handler. */
  tx<Result>(work: (transaction: SqlTransaction) => Result | Promise<Result>): Promise<Result>
}

export interface SqlTransaction {
  <Row = Record<string, Json>>(parts: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<readonly Row[]>
  /** Has an operation done as the plugin's account once the transaction is committed: at least once, and for posts exactly once for each key. */
  enqueue<Name extends CallableName>(operation: Name, input: CallableInput<Name>, key: string): Promise<void>
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
  /** The HMAC of a message with a secret as its key; null where there is no such secret. */
  sign(name: string, message: SignedMessage): Promise<string | null>
  /** Whether a signature is right, in a time that tells nothing. */
  verify(name: string, message: SignedMessage & { readonly signature: string }): Promise<boolean>
}

export interface SignedMessage {
  readonly algorithm: 'sha1' | 'sha256' | 'sha512'
  readonly body: string
  /** Of the body: as routes have it. */
  readonly bodyEncoding?: 'utf8' | 'base64'
  /** Of the signature. */
  readonly encoding?: 'hex' | 'base64'
}

export interface OwnFile {
  readonly name: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly contentType: string
  readonly createAt: number
}

/** Files that the plugin keeps for itself, each of at most 2 MB. */
export interface OwnFiles {
  /** In place of one with the same name. Bytes come in base64. */
  put(name: string, body: string, options?: { readonly encoding?: 'utf8' | 'base64', readonly contentType?: string }): Promise<OwnFile>
  get(name: string, options?: { readonly encoding?: 'utf8' | 'base64', readonly start?: number, readonly length?: number }): Promise<OwnFile & { readonly body: string }>
  list(page?: { readonly prefix?: string, readonly after?: string, readonly limit?: number }): Promise<readonly OwnFile[]>
  delete(name: string): Promise<boolean>
}

export interface FileReading {
  /** Bytes of a file in a channel, at most 2 MB from `start` on. */
  read(input: { readonly fileId: string, readonly start?: number, readonly length?: number }): Promise<{ readonly file: FileInfo, readonly base64: string }>
}

export interface FileWriting {
  /** Uploads a file of at most 2 MB, for a post to take. */
  create(input: { readonly channelId: string, readonly name: string, readonly base64: string }): Promise<FileInfo>
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
