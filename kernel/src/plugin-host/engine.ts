import type { CallGate } from './call-gate.ts'
import type { Hook } from './hook-table.ts'
import type { GuestLimits, Outcome } from './protocol.ts'

/** All that the host wants of whatever runs plugins, so that it can be replaced. Only strings cross: JSON. */
export interface Engine {
  /** Runs the source once. Rejects with a SandboxError when it fails or takes too long. */
  createSandbox(options: SandboxOptions): Promise<Sandbox>
}

export interface SandboxOptions {
  /** Whose it is. */
  readonly slot: number
  readonly source: string
  readonly limits: GuestLimits
  readonly calls: CallGate
  /** The guest asks for something, as part of the invocation that it names; rejections with a SandboxCallError are told to it, others only that the call failed. */
  call(name: string, json: string, invocation: string): Promise<string>
  /** The sandbox was thrown away for breaking a limit; `isBreach` where it used too much, and did not merely wait too long. */
  onEnded(reason: string, isBreach: boolean): void
  /** Nothing in this process can be relied upon any more. */
  onPoisoned(reason: string): void
}

export interface Sandbox {
  /** @param deadlineMs wall time after which the sandbox is thrown away, whatever it does */
  invoke(name: string, json: string, limits: { readonly timeoutMs: number, readonly deadlineMs: number }): Promise<string>
  /** Makes it possible to ask here, soon. */
  prepareHere(): void
  readonly isReadyHere: boolean
  /**
   * Asks a hook without leaving this thread: a tenth of the cost, and the thread is tied to the guest meanwhile. For those
   * of which is known that they are swift, while they are at rest, with a short deadline. What it says is read with `hear`.
   */
  askHere(question: HereQuestion, limits: HereLimits): HereReply
  /** What a hook has said, where it has not given way; else it is waited for. */
  hear(said: string, limits: { readonly timeoutMs: number, readonly deadlineMs: number }): string | Promise<string>
  /** Nobody will ask for it. */
  ignore(said: string): void
  cpuTimeMs(): number
  /** As of the last time that the guest gave way. */
  heapBytes(): number
  readonly isDisposed: boolean
  /** Nothing of it runs or is waited for. */
  readonly isAtRest: boolean
  dispose(): void
}

export interface HereQuestion {
  readonly hook: Hook
  /** Is asked in the same entry where the first has left everything as it is. */
  readonly second: Hook | undefined
  readonly invocation: string
  readonly secondInvocation: string
  readonly deadlineAt: number
  /** Both JSON. */
  readonly actor: string
  readonly input: string
}

export interface HereLimits {
  /** When the asking began, by `performance.now()`. */
  readonly begunAt: number
  readonly timeoutMs: number
}

/** What they said is for `hear`. */
export interface HereReply {
  readonly ms: number
  readonly first: string
  /** Undefined where the second was not asked. */
  readonly second: string | undefined
}

export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly outcome: Exclude<Outcome, 'answered'>
  /** For 'threw': {name, message, code, stack} of the guest's error as JSON. */
  readonly json: string

  constructor(outcome: Exclude<Outcome, 'answered'>, json = 'null') {
    super(outcome)
    this.outcome = outcome
    this.json = json
  }
}

export class SandboxCallError extends Error {
  override readonly name = 'SandboxCallError'
  /** {code, message} as JSON. */
  readonly json: string

  constructor(json: string) {
    super('The call failed')
    this.json = json
  }
}
