import { hostEnvironment } from './host-environment.ts'

/**
 * Refuses to run plugins in a process that is not confined: a wrong flag must stop the host, not open it. Every thread
 * asks, because permissions are handed to each of them anew.
 */
export function assertConfined(): void {
  const { permission } = process as { permission?: { has(scope: string, reference?: string): boolean } }
  if (!permission) throw new Error('the host of plugins runs without Node\'s permissions')
  const strange = Object.keys(process.env).filter((name) => !Object.hasOwn(hostEnvironment, name))
  const open = [
    permission.has('fs.read') && 'reads files', permission.has('fs.read', '/etc/passwd') && 'reads /etc/passwd',
    permission.has('fs.write') && 'writes files', permission.has('child') && 'starts processes', permission.has('net') && 'opens sockets',
    permission.has('inspector') && 'opens an inspector', permission.has('wasi') && 'runs WASI',
    strange.length > 0 && `has an environment (${strange.join(', ')})`,
  ].filter((word) => word !== false)
  if (open.length > 0) throw new Error(`the host of plugins is not confined: it ${open.join(', ')}`)
}
