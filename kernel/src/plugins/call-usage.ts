/** What a plugin has asked for since the server started. */
export interface CallUsage {
  calls: number
  refusedCalls: number
  /** To other servers. */
  readonly requestsByHost: Record<string, number>
}
