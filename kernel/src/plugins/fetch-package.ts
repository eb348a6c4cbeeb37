import { RookeryError } from '@rookery/sdk/protocol'
import { hashFile, packageLimits } from '@rookery/sdk/package'
import type { Egress } from '../egress/index.ts'

/** The bytes at an address, which need not be a package. With a hash, only those that have it. */
export type FetchPackage = (url: string, sha256?: string) => Promise<Buffer>

/** For all of it: packages are small. */
const timeoutMs = 60_000

export function createFetchPackage({ egress }: { egress: Egress }): FetchPackage {
  return async (url, sha256) => {
    const { status, body } = await egress.fetch({ url, method: 'GET', headers: { accept: 'application/zip, application/octet-stream' } }, { hosts: ['*'], timeoutMs, maximumBytes: packageLimits.archiveBytes })
    if (status !== 200) throw new RookeryError('request_failed', { host: new URL(url).hostname, reason: `it answered ${status}` })
    if (sha256 !== undefined && await hashFile(body) !== sha256) throw new RookeryError('package_altered', { reason: 'it has another hash than the one that was named' })
    return body
  }
}
