import type { MessagePort } from 'node:worker_threads'
import type { GuestLimits, GuestStatistics, Outcome } from './protocol.ts'

/** Between the main thread of the host, which speaks with the kernel, and its workers, which hold the isolates. */
export type Task =
  /** `isInline`: the worker of hooks, which speaks with the kernel itself. `here`: who has its thread, see `sentinelWords`. */
  | { readonly kind: 'open', readonly port: MessagePort, readonly here: SharedArrayBuffer, readonly isInline: boolean }
  /**
   * All that a guest hears and says goes through its own port: who speaks is known by where it comes from. Invocations
   * too: a task of piscina costs nearly as much as the rest of the way.
   */
  | { readonly kind: 'load', readonly slot: number, readonly source: string, readonly limits: GuestLimits, readonly isEager: boolean, readonly port: MessagePort }
  | { readonly kind: 'unload', readonly slot: number }

export interface TaskResult {
  readonly outcome: Outcome
  readonly json: string
}

/** From a guest's worker, on the guest's port. */
export type GuestMessage =
  | { readonly kind: 'call', readonly call: number, readonly name: string, readonly json: string }
  | ({ readonly kind: 'answer', readonly call: number } & TaskResult)
  | { readonly kind: 'poisoned', readonly reason: string }

/** To a guest's worker, on the guest's port. */
export type ToGuest =
  | { readonly kind: 'invoke', readonly call: number, readonly name: string, readonly json: string, readonly deadlineMs: number, readonly maximumLength: number }
  | { readonly kind: 'reply', readonly call: number, readonly isAnswered: boolean, readonly json: string }

/** To a worker, on its own port. */
export type ToWorker =
  | { readonly kind: 'beat', readonly beat: number }
  /** Their isolates go; their next invocations make others. */
  | { readonly kind: 'rest', readonly slots: readonly number[] }

/** A guest with an isolate that nobody uses now. */
export interface Idler { readonly slot: number, readonly idleMs: number }

export interface WorkerStatistics {
  readonly beat: number
  readonly guests: readonly GuestStatistics[]
  readonly idlers: readonly Idler[]
}
