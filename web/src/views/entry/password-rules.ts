/** What can be told about a new password while it is typed; the server judges in the end. */
export interface PasswordRule { readonly name: 'length' | 'own' | 'tooLong', readonly isKept: boolean }

/** More than this is not looked at by any server that keeps passwords as ours does. */
export const maximumPasswordBytes = 72

export function judgePassword(password: string, { minimum, username = '', email = '' }: { minimum: number, username?: string, email?: string }): PasswordRule[] {
  const folded = password.toLowerCase()
  const own = [username, email, email.split('@')[0] ?? ''].map((word) => word.trim().toLowerCase()).filter(Boolean)
  const isTooLong = new TextEncoder().encode(password).length > maximumPasswordBytes
  return [
    { name: 'length', isKept: [...password].length >= minimum },
    { name: 'own', isKept: password !== '' && !own.includes(folded) },
    ...(isTooLong ? [{ name: 'tooLong', isKept: false } as const] : []),
  ]
}
