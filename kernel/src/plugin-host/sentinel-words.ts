/**
 * Numbers in shared memory: for the isolate that watches, and for the main thread, which names whoever cannot be stopped
 * while this thread is tied to him.
 */
export const sentinelWords = {
  /** Odd while somebody is inside, and another one each time. */
  turn: 0,
  /** Whose isolate it is, under which number it is guarded, and for how long somebody is inside at most. */
  slot: 1, number: 2, allowedMs: 3,
  /** Which watch is on duty; 0 while it sleeps, because nobody has been inside for a while. */
  watch: 4,
  /** Who was stopped the last, and after how much CPU time. */
  stopped: 5, cpuMs: 6,
  count: 7,
} as const
