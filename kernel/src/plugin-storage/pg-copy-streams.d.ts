declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream'
  export function to(statement: string): Readable
  export function from(statement: string): Writable
}
