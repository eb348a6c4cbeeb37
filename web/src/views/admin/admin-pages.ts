import { Activity, Blocks, Building2, ChartColumn, Hash, Puzzle, Settings, Users } from '@lucide/vue'
import { computed, type Component, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'
import { useWebParts } from '../../data/index.ts'

export interface AdminPage { readonly key: string, readonly icon: Component, readonly label: string, readonly to: RouteLocationRaw, readonly detail?: string }

/** The pages of the administration, for its navigation and for the palette. */
export function useAdminPages(): ComputedRef<readonly AdminPage[]> {
  const parts = useWebParts()
  const { t } = useI18n()
  return computed(() => [
    { key: 'plugins', icon: Blocks, label: t('admin.plugins'), to: { name: 'admin-plugins' } },
    { key: 'users', icon: Users, label: t('admin.users'), to: { name: 'admin-users' } },
    { key: 'teams', icon: Building2, label: t('admin.teams'), to: { name: 'admin-teams' } },
    { key: 'channels', icon: Hash, label: t('admin.channels'), to: { name: 'admin-channels' } },
    { key: 'configuration', icon: Settings, label: t('admin.configuration'), to: { name: 'admin-configuration' } },
    { key: 'health', icon: Activity, label: t('admin.health'), to: { name: 'admin-health' } },
    { key: 'statistics', icon: ChartColumn, label: t('admin.statistics'), to: { name: 'admin-statistics' } },
    ...parts.at('adminPage', {}).map(({ key, part, web }) => ({ key: `part-${key}`, icon: Puzzle, label: part.title, ...(web.name !== part.title && { detail: web.name }), to: { name: 'admin-part', params: { part: key } } })),
  ])
}
