/** Milliseconds of the processor that this process has used: other programs on the machine do not change what is measured. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const enough = 6
const attempts = 5

/**
 * How many times the processor time four times the size takes: about 4 where time is linear, 16 where it is quadratic.
 * Only of this thread. What is quadratic is so in every attempt; a collection of garbage falls into one of them.
 */
export async function growthOf(run: (size: number) => unknown, size: number): Promise<number> {
  const best = async (of: number): Promise<number> => {
    let least = Infinity
    for (let round = 0; round < 3; round += 1) {
      const begin = process.threadCpuUsage()
      await run(of)
      const { user, system } = process.threadCpuUsage(begin)
      least = Math.min(least, (user + system) / 1000)
    }
    return least
  }
  await run(size)
  let growth = Infinity
  for (let attempt = 0; attempt < attempts && growth > enough; attempt += 1) {
    const small = await best(size)
    // Below a millisecond the clock and the collector of garbage say more than the work.
    growth = Math.min(growth, await best(size * 4) / Math.max(small, 1))
  }
  return growth
}
