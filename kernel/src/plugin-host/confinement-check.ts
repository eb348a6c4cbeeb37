/**
 * All that stands in the environment of a host; it is for the C library alone. Isolates come and go on many threads, and
 * without this each thread keeps what theirs have left: a tenth of the memory of a full host.
 */
export const hostEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '65536' }

/**
 * Refuses to run plugins in a process that is not confined: a wrong flag must stop the host, not open it. Every thread
 * asks, because permissions are handed to each of them anew.
 */
export function assertConfined(): void {
  const { permission } = process as { permission?: { has(scope: string, reference?: string): boolean } }
  if (!permission) throw new Error('the host of plugins runs without Node\'s permissions')
  const strange = Object.entries(process.env).filter(([name, value]) => hostEnvironment[name] !== value)
  const open = [
    permission.has('fs.read') && 'reads files', permission.has('fs.read', '/etc/passwd') && 'reads /etc/passwd',
    permission.has('fs.write') && 'writes files', permission.has('child') && 'starts processes', permission.has('net') && 'opens sockets',
    permission.has('inspector') && 'opens an inspector', permission.has('wasi') && 'runs WASI',
    strange.length > 0 && `has an environment (${strange.map(([name]) => name).join(', ')})`,
  ].filter((word) => word !== false)
  if (open.length > 0) throw new Error(`the host of plugins is not confined: it ${open.join(', ')}`)
}
