/** How hosts of plugins are kept. */
export interface PluginHostSettings {
  /** Worker threads of a shared host; a plugin alone has one. */
  readonly threads: number
  /** Resident memory of one host process. */
  readonly memoryBytes: number
  readonly memoryWatchMs: number
  readonly heartbeatMs: number
  /** So many unanswered in a row, and the host is killed. */
  readonly missedBeats: number
  readonly startMs: number
  /** How long a plugin that was in flight when its host died has a host of its own. */
  readonly aloneMs: number
  /** Hosts of single plugins at once; suspects beyond that share one. */
  readonly maximumLoneHosts: number
  /** After the nth death alone: backOffMs · 2ⁿ⁻¹. */
  readonly backOffMs: number
  readonly maximumBackOffMs: number
  readonly quarantineDeaths: number
  /**
   * Isolates thrown away for using too much, within the window: after so many it moves to those who work on what
   * others leave of the processor, after so many each is followed by a pause of backOffMs, after so many comes quarantine.
   */
  readonly suspectBreaches: number
  readonly pauseBreaches: number
  readonly quarantineBreaches: number
  readonly quarantineWindowMs: number
  /** Invocations of one plugin under way at once: hooks, and others. */
  readonly maximumUnderWay: number
  /** Characters that a plugin may say at once, in answers and in what it asks for, and beyond that per second. */
  readonly charactersAtOnce: number
  readonly charactersPerSecond: number
}

export const defaultPluginHostSettings: PluginHostSettings = {
  threads: 2, memoryBytes: 512 * 1024 * 1024, memoryWatchMs: 100, heartbeatMs: 200, missedBeats: 5, startMs: 10_000,
  aloneMs: 600_000, maximumLoneHosts: 8, backOffMs: 1000, maximumBackOffMs: 300_000,
  quarantineDeaths: 5, suspectBreaches: 2, pauseBreaches: 5, quarantineBreaches: 20, quarantineWindowMs: 600_000, maximumUnderWay: 32, charactersAtOnce: 2 * 1024 * 1024, charactersPerSecond: 4 * 1024 * 1024,
}
