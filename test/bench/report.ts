import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { summarize, type Line } from './measure.ts'

/** What machine it was: no names, only what explains the figures. */
export function describeMachine(postgres: string): string {
  const [cpu] = os.cpus()
  return `${cpu?.model.trim() ?? 'unknown CPU'}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release().split('-')[0]}, Node ${process.versions.node}, PostgreSQL ${postgres}`
}

export const currentLoad = (): string => os.loadavg().map((value) => value.toFixed(2)).join(' ')

/** Which code was measured; `+` where it was changed since. */
export function currentCommit(): string {
  try {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
    return execFileSync('git', ['status', '--porcelain', '--', 'kernel', 'compat', 'sdk', 'migrations'], { encoding: 'utf8' }).trim() === '' ? commit : `${commit}+`
  } catch {
    return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
  }
}

const number = (value: number): string => (Math.abs(value) >= 1000 ? Math.round(value).toString() : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2))

const heads = ['measure', 'peer', 'unit', 'ours', 'peer’s', 'ratio', 'min–max', 'rounds', 'goal', 'met']

function cells(line: Line): string[] {
  const { ours, peers, value, lowest, highest, isMet } = summarize(line)
  const goal = !line.goal ? '' : 'atMost' in line.goal ? `≤ ${line.goal.atMost}` : `≥ ${line.goal.atLeast}`
  return [
    line.measure, line.peer, line.unit, number(ours), peers === undefined ? '' : number(peers), peers === undefined ? '' : number(value),
    `${number(lowest)}–${number(highest)}`, String(line.rounds.length), goal, isMet === undefined ? '' : isMet ? 'yes' : 'no',
  ]
}

/** The table as Markdown, columns padded so that it reads as well in a terminal. */
export function renderTable(lines: readonly Line[]): string {
  const table = [heads, ...lines.map(cells)]
  const widths = heads.map((_head, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const render = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [render(heads), render(widths.map((width) => '-'.repeat(width))), ...table.slice(1).map(render)].join('\n')
}
