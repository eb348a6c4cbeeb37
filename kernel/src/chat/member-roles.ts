import { RookeryError } from '@rookery/sdk/protocol'
import type { Roles } from '../auth/index.ts'

interface MemberRoles { readonly isAdmin: boolean, readonly explicitRoles: string }

/**
 * Reads the names of roles that a member is to have in a team or a channel. Member, guest and admin are what the
 * membership itself says; others must exist for this noun, so that nobody is given rights over the whole system.
 */
export function parseMemberRoles(roles: Roles, noun: 'team' | 'channel', text: string, { isGuest }: { isGuest: boolean }): MemberRoles {
  const names = [...new Set(text.split(/\s+/).filter((name) => name !== ''))]
  if (names.includes(isGuest ? `${noun}_user` : `${noun}_guest`)) throw new RookeryError('roles_invalid', { reason: 'guests and members are told apart by their accounts' })
  const implied = new Set([`${noun}_user`, `${noun}_guest`, `${noun}_admin`])
  const explicit = names.filter((name) => !implied.has(name))
  for (const name of explicit) {
    if (!name.startsWith(`${noun}_`) || !roles.exists(name)) throw new RookeryError('roles_invalid', { reason: `${name.slice(0, 64)} is no role in a ${noun}` })
  }
  const isAdmin = names.includes(`${noun}_admin`)
  assertMayAdminister({ isGuest, isAdmin })
  return { isAdmin, explicitRoles: explicit.join(' ') }
}

/** Guests administer nothing. */
export function assertMayAdminister({ isGuest, isAdmin }: { isGuest: boolean, isAdmin: boolean }): void {
  if (isGuest && isAdmin) throw new RookeryError('roles_invalid', { reason: 'a guest cannot be an admin' })
}
