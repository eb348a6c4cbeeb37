// npm run bench [-- --quick] [-- <measure> …] [-- --profile=<folder>]
//   --quick    fewer and shorter rounds
//   <measure>  only these, by name or by what their names begin with; RESULTS.md is written when all were run
//   --profile  the server leaves a CPU profile there when it stops
import { writeFileSync } from 'node:fs'
import pg from 'pg'
import { openBench } from './bench.ts'
import type { Line, Measure } from './measure.ts'
import { fanOut } from './measures/fan-out.ts'
import { hooks } from './measures/hooks.ts'
import { idleSockets } from './measures/idle-sockets.ts'
import { postAcknowledgement, postRate } from './measures/posting.ts'
import { history, routes } from './measures/reading.ts'
import { slowReaders } from './measures/slow-readers.ts'
import { startUp } from './measures/start-up.ts'
import { web } from './measures/web.ts'
import { currentCommit, currentLoad, describeMachine, renderTable } from './report.ts'

const measures: readonly Measure[] = [fanOut, postAcknowledgement, postRate, history, routes, hooks, slowReaders, idleSockets, startUp, ...web]

const words = process.argv.slice(2)
const isQuick = words.includes('--quick')
const profile = words.find((word) => word.startsWith('--profile='))?.slice('--profile='.length)
const chosen = words.filter((word) => !word.startsWith('--'))
const isNamed = ({ name }: Measure, word: string): boolean => name === word || name.startsWith(`${word}-`)
const unknown = chosen.find((word) => !measures.some((measure) => isNamed(measure, word)))
if (unknown) throw new Error(`There is no measure ${unknown}; there are ${measures.map(({ name }) => name).join(', ')}.`)

const rounds = isQuick ? 3 : 7
const loadBefore = currentLoad()
const bench = await openBench({ rounds, isQuick, nodeArguments: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [] })
const lines: Line[] = []
try {
  const client = new pg.Client(bench.connection)
  await client.connect()
  const { rows: [version] } = await client.query<{ server_version: string }>('show server_version')
  await client.end()
  const machine = describeMachine(version?.server_version.split(' ')[0] ?? '')
  console.log(machine)
  for (const measure of measures) {
    if (chosen.length > 0 && !chosen.some((word) => isNamed(measure, word))) continue
    console.log(`${measure.name} …`)
    const found = await measure.run(bench)
    lines.push(...found)
    console.log(renderTable(found))
  }
  const about = `${new Date().toISOString().slice(0, 10)}, commit ${currentCommit()}${isQuick ? ', quick' : ''}. ${machine}. Load average before ${loadBefore}, after ${currentLoad()}.`
  console.log(`\n${about}\n\n${renderTable(lines)}`)
  if (chosen.length === 0 && !profile) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), `# Results\n\nWritten by \`npm run bench\`; see test/bench/run.ts.\n\n${about}\n\n`
      + 'Ratios are ours : peer’s, taken in turns in one run; figures are medians of the rounds. Server, peers, Postgres and the load share the cores.\n\n'
      + `${renderTable(lines)}\n`)
  }
} finally {
  await bench.close()
}
