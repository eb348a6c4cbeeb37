import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { hostPackages, hostProgram } from '../plugin-host/index.ts'
import { compileHostProgram } from './host-program.ts'
import { chooseScheduling, succeeds, type Scheduling } from './scheduling.ts'

/** How a host process is started so that it can do nothing but compute. */
export interface Confinement {
  readonly command: string
  /** After them comes how many threads the host shall have. */
  readonly words: readonly string[]
  readonly scheduling: Scheduling
  /** Node gives a worker that has flags of its own its working directory to read: one that it may read anyway. */
  readonly folder: string
  /** What this machine does not give, in words for the admin. */
  readonly missing: readonly string[]
}

interface Fence {
  readonly prefix: readonly string[]
  readonly missing: readonly string[]
}

/** Tries what the machine gives, the best first. Node's own permissions hold in every case: the host checks them itself. */
export async function chooseConfinement(memoryBytes: number): Promise<Confinement> {
  const packages = hostPackages.map(findPackage)
  const program = await compileHostProgram(path.dirname(packages[0] ?? ''))
  const folder = path.dirname(program)
  const node = process.execPath
  const programWords = [...nodeFlags([folder, ...packages.map((place) => realpathSync(place))], memoryBytes), program]
  const scheduling = await chooseScheduling()
  for (const { prefix, missing } of fences()) {
    const [command = node, ...words] = [...prefix, node, ...programWords]
    if (prefix.length === 0 || await canRun(prefix, node, program)) return { command, words, scheduling, folder, missing }
  }
  throw new Error('unreachable: the last fence is none')
}

function nodeFlags(folders: readonly string[], memoryBytes: number): string[] {
  // node-gyp-build looks whether this is Alpine.
  const readable = [...folders.map((place) => `${place}${path.sep}`), '/etc/alpine-release']
  return [
    '--permission', '--allow-addons', '--allow-worker', ...readable.map((place) => `--allow-fs-read=${place}`),
    // isolated-vm asks for it.
    '--no-node-snapshot',
    // Forty isolates in little room: young generations that stay small, and no code that is only a little faster.
    '--min-semi-space-size=1', '--max-semi-space-size=1', '--optimize-for-size',
    // What is compiled beside is handed over when an isolate comes to a loop, and isolated-vm's entries wipe that out: the
    // code of plugins would be interpreted for ever.
    '--no-concurrent-recompilation',
    // Of Node's own heap; isolates have theirs, and the kernel watches the whole.
    `--max-old-space-size=${Math.ceil(memoryBytes / 2 ** 20 / 2)}`,
    '--disable-warning=ExperimentalWarning', '--disable-warning=SecurityWarning',
  ]
}

function findPackage(name: string): string {
  const places = createRequire(hostProgram).resolve.paths(name) ?? []
  const place = places.map((folder) => path.join(folder, name)).find((candidate) => existsSync(candidate))
  if (!place) throw new Error(`The package ${name} is missing: plugins cannot run. Install Rookery again.`)
  return place
}

const noNetwork = 'a network of its own'
const noAccount = 'an account of its own'
const noLimits = 'limits of the operating system'

function fences(): Fence[] {
  const bare: Fence = { prefix: [], missing: [noNetwork, noAccount, noLimits] }
  if (process.platform !== 'linux') return [bare]
  // No limit of memory is among them: V8 reserves half a gigabyte of addresses for each isolate, and the system counts
  // those. The kernel watches what is resident.
  const limits = ['prlimit', '--core=0', '--fsize=0', '--nofile=256', '--']
  const privileges = ['--no-new-privs', '--pdeathsig', 'KILL', '--']
  const nobodies = strangerId()
  const asStranger = ['setpriv', '--reuid', nobodies, '--regid', nobodies, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all', ...privileges]
  const asSelf = ['setpriv', ...privileges]
  if (process.getuid?.() === 0) {
    return [
      { prefix: ['unshare', '--net', '--', ...limits, ...asStranger], missing: [] },
      { prefix: [...limits, ...asStranger], missing: [noNetwork] },
      { prefix: [...limits, ...asSelf], missing: [noNetwork, noAccount] },
      bare,
    ]
  }
  return [
    { prefix: ['unshare', '--user', '--map-current-user', '--net', '--', ...limits, ...asSelf], missing: [noAccount] },
    { prefix: [...limits, ...asSelf], missing: [noNetwork, noAccount] },
    bare,
  ]
}

/** Not nobody: as nobody run the embedded Postgres and much else, whose files and processes would be in reach. */
function strangerId(): string {
  const accounts = readFileSync('/etc/passwd', 'utf8')
  const taken = new Set([...accounts.matchAll(/^[^:]*:[^:]*:(\d+):/gm)].map(([, id]) => Number(id)))
  let id = 65_432
  while (taken.has(id)) id -= 1
  return String(id)
}

async function canRun(prefix: readonly string[], node: string, program: string): Promise<boolean> {
  return succeeds([...prefix, '/bin/sh', '-c', 'test -r "$1" && exec "$0" --version', node, program])
}
