import { useI18n } from 'vue-i18n'

export interface RoleWords {
  title(name: string): string
  detail(name: string): string
}

/** A role that is given to accounts by its name: what everybody or every guest has, and what is for teams and channels, is not. */
export const isGivenByName = (name: string): boolean => name.startsWith('system_') && name !== 'system_user' && name !== 'system_guest'

/** What roles are called and allow; what a server has of its own is called by its name. */
export function useRoleWords(): RoleWords {
  const { t, te } = useI18n()
  return {
    title: (name) => (te(`adminUsers.roles.${name}.title`) ? t(`adminUsers.roles.${name}.title`) : name),
    detail: (name) => (te(`adminUsers.roles.${name}.detail`) ? t(`adminUsers.roles.${name}.detail`) : ''),
  }
}
