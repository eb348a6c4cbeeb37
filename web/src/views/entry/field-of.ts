import type { Failure } from '../../data/index.ts'

/** Which field an error is about, by the beginning of its code. */
const beginnings = { username: /^username_/, email: /^email_|^team_refuses_domain$/, password: /^(password_|wrong_password$)/, current: /^current_password_/, name: /^team_name_/ } as const
export type FieldName = keyof typeof beginnings

export function fieldOf({ code, details }: Failure): FieldName | null {
  for (const [field, beginning] of Object.entries(beginnings)) {
    if (code === 'invalid_input' ? details['field'] === field : beginning.test(code)) return field as FieldName
  }
  return null
}
