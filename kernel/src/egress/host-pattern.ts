import { isIP } from 'node:net'

const form = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/

/** Whether this names hosts: `api.example.org`, `*.example.org` for all below, `*` for every one; a port behind a colon where only that one is meant. */
export function isHostPattern(pattern: string): boolean {
  const match = form.exec(pattern)
  return match !== null && pattern.length <= 253 && Number(match[1] ?? 1) >= 1 && Number(match[1] ?? 1) <= 65_535
}

function split(host: string): { name: string, port: string } {
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? []
  return { name, port }
}

/** Whether all that one pattern, or one host, means is within another. */
export function coversHost(pattern: string, host: string): boolean {
  const wide = split(pattern)
  const narrow = split(host)
  if (wide.port !== '' && wide.port !== narrow.port) return false
  if (wide.name === '*' || wide.name === narrow.name) return true
  // Below a name there are names, never addresses.
  return wide.name.startsWith('*.') && narrow.name.endsWith(wide.name.slice(1)) && isIP(narrow.name) === 0
}

/** Host and port of an address, as patterns name them. */
export function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname.replace(/\.$/, '')}:${port || (protocol === 'https:' ? '443' : '80')}`
}
