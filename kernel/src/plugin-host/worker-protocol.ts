import type { MessagePort } from 'node:worker_threads'
import type { GuestLimits, GuestStatistics, Outcome } from './protocol.ts'

/** Between the main thread of the host, which speaks with the kernel, and its workers, which hold the isolates. */
export type Task =
  | { readonly kind: 'open', readonly port: MessagePort }
  /** Everything that the guest asks for goes through its own port: who speaks is known by where it comes from. */
  | { readonly kind: 'load', readonly slot: number, readonly source: string, readonly limits: GuestLimits, readonly isEager: boolean, readonly port: MessagePort }
  | { readonly kind: 'invoke', readonly slot: number, readonly name: string, readonly json: string, readonly deadlineMs: number }
  | { readonly kind: 'unload', readonly slot: number }

export interface TaskResult {
  readonly outcome: Outcome
  readonly json: string
}

/** From a guest's worker, on the guest's port. */
export type GuestMessage =
  | { readonly kind: 'call', readonly call: number, readonly name: string, readonly json: string }
  | { readonly kind: 'poisoned', readonly reason: string }

/** To a guest's worker, on the guest's port. */
export interface GuestReply {
  readonly call: number
  readonly isAnswered: boolean
  readonly json: string
}

/** On the port of a worker. */
export interface WorkerStatistics {
  readonly beat: number
  readonly guests: readonly GuestStatistics[]
}

export interface WorkerData {
  /** Text of guest-boot.js. */
  readonly boot: string
}
