/** Milliseconds of the processor that this process has used: other programs on the machine do not change what is measured. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** How many times the processor time four times the size takes: about 4 where time is linear, 16 where it is quadratic. */
export async function growthOf(run: (size: number) => unknown, size: number): Promise<number> {
  const best = async (of: number): Promise<number> => {
    let least = Infinity
    for (let round = 0; round < 3; round += 1) {
      const begin = cpuTimeMs()
      await run(of)
      least = Math.min(least, cpuTimeMs() - begin)
    }
    return least
  }
  await run(size)
  const small = await best(size)
  // Below a millisecond the clock and the collector of garbage say more than the work.
  return await best(size * 4) / Math.max(small, 1)
}
