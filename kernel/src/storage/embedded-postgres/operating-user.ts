import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from '../errors.ts'

const execute = promisify(execFile)

/** As whom Postgres runs: what stands before its command, and who must own its files. */
export interface OperatingUser {
  readonly name: string
  /** Command words before the program; each of them ends in exec, so that the child's pid is Postgres's own. */
  readonly prefix: readonly string[]
  readonly spawnOptions: { readonly uid?: number; readonly gid?: number }
  /** Set when the files of Postgres must belong to somebody else than this process. */
  readonly owner?: { readonly uid: number; readonly gid: number }
}

export interface OperatingUserQuestion {
  /** Program that the user must be able to run. */
  readonly program: string
  /** Folder that the user must be able to enter. */
  readonly folder: string
}

/**
 * Postgres refuses to run as root, so root hands it to `nobody`, or, where nobody cannot reach the files (a checkout
 * below a 0700 home), to a user namespace in which root is an ordinary user. Each way is tried, not guessed.
 * The death signal takes Postgres down cleanly when this process is killed.
 */
export const chooseOperatingUser = async (question: OperatingUserQuestion): Promise<OperatingUser> => {
  const candidates = process.getuid?.() === 0 ? await candidatesOfRoot() : ordinaryCandidates
  const failures: unknown[] = []
  for (const candidate of candidates) {
    try {
      await probe(candidate, question)
      return candidate
    } catch (error) {
      failures.push(error)
    }
  }
  throw new EmbeddedPostgresError(
    process.getuid?.() === 0
      ? 'The embedded PostgreSQL never runs as root and neither the user nobody nor a user namespace can run it here; start Rookery as an ordinary user, or set DATABASE_URL.'
      : `The embedded PostgreSQL cannot run here (${question.program}); set DATABASE_URL to a PostgreSQL of your own.`,
    { cause: new AggregateError(failures) },
  )
}

/** The command, words in front included. */
export const commandAs = (user: OperatingUser, program: string, programArguments: readonly string[]): [string, string[]] => {
  const words = [...user.prefix, program, ...programArguments]
  return [words[0] as string, words.slice(1)]
}

const ordinaryCandidates: readonly OperatingUser[] = [
  ...(process.platform === 'linux' ? [{ name: 'self', prefix: ['setpriv', '--pdeathsig', 'INT', '--'], spawnOptions: {} }] : []),
  { name: 'self', prefix: [], spawnOptions: {} },
]

const candidatesOfRoot = async (): Promise<readonly OperatingUser[]> => {
  const owner = await findNobody()
  const asNobody = ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups']
  const inNamespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--']
  return [
    { name: 'nobody', prefix: ['setpriv', ...asNobody, '--pdeathsig', 'INT', '--'], spawnOptions: {}, owner },
    { name: 'namespace', prefix: [...inNamespace, 'setpriv', '--pdeathsig', 'INT', '--'], spawnOptions: {} },
    { name: 'namespace', prefix: inNamespace, spawnOptions: {} },
    { name: 'nobody', prefix: [], spawnOptions: owner, owner },
  ]
}

const findNobody = async (): Promise<{ uid: number; gid: number }> => {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(accounts) ?? []
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) }
}

const probe = async (user: OperatingUser, { program, folder }: OperatingUserQuestion): Promise<void> => {
  const script = '"$0" --version >/dev/null && cd "$1"'
  const [command, words] = commandAs(user, '/bin/sh', ['-c', script, program, folder])
  await execute(command, words, { ...user.spawnOptions, cwd: '/', env: childEnvironment() })
}

/** Nothing of this process's environment (keys, passwords) reaches the database server. */
export const childEnvironment = (): Record<string, string> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
})
