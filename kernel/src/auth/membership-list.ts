/** What a membership says about rights. Counts and settings are read where they are needed. */
export interface Membership {
  readonly isGuest: boolean
  readonly isAdmin: boolean
  readonly explicitRoles: string
}

const plain: Membership = Object.freeze({ isGuest: false, isAdmin: false, explicitRoles: '' })
const none: readonly never[] = []

/**
 * Somebody's memberships by the id of the team or channel. Sorted lists: there are two for everybody who is there, and
 * each membership costs two words, where a Map takes 340 bytes at once and five words each.
 */
export class MembershipList {
  /** In ascending order; it never changes. */
  readonly ids: readonly string[]
  readonly #memberships: readonly Membership[]

  constructor(members: readonly { readonly id: string, readonly membership: Membership }[] = none) {
    const sorted = members.toSorted((a, b) => a.id < b.id ? -1 : 1)
    this.ids = sorted.length === 0 ? none : sorted.map(({ id }) => id)
    // Nearly all are of the plain kind: they share one.
    this.#memberships = sorted.length === 0 ? none : sorted.map(({ membership }) => isPlain(membership) ? plain : membership)
  }

  has(id: string): boolean { return this.get(id) !== undefined }

  get(id: string): Membership | undefined {
    let low = 0
    let high = this.ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.ids[middle] as string) < id) low = middle + 1
      else high = middle
    }
    return this.ids[low] === id ? this.#memberships[low] : undefined
  }
}

function isPlain({ isGuest, isAdmin, explicitRoles }: Membership): boolean { return !isGuest && !isAdmin && explicitRoles === '' }
