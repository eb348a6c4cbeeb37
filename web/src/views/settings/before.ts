import type { RouteLocationNormalized } from 'vue-router'

/** Where somebody was before the settings, so that closing them leads back there. Each tab for itself. */
const key = 'rookery.beforeSettings'

export function rememberBefore({ name, fullPath }: Pick<RouteLocationNormalized, 'name' | 'fullPath'>): void {
  if (name === undefined || name === 'login' || name === 'settings') return
  sessionStorage.setItem(key, fullPath)
}

export const placeBefore = (): string => sessionStorage.getItem(key) ?? '/'
